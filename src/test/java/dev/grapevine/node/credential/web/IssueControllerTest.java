package dev.grapevine.node.credential.web;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import reactor.core.scheduler.Schedulers;

class IssueControllerTest {

    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);

    private final WebTestClient client = WebTestClient.bindToController(new IssueController(
                    new CredentialSigner(
                            new IssuerIdentity(new IssuerId(KEY.publicKey()), "Uni", null, null),
                            new MemoryKeys(KEY),
                            () -> Instant.parse("2026-05-01T10:00:00Z")),
                    Schedulers.parallel()))
            .controllerAdvice(new Errors())
            .build();

    /** As the node answers them, but for what {@code access} adds. */
    @ControllerAdvice
    static class Errors extends ResponseEntityExceptionHandler {}

    @Test
    void answers201WithTheCredential() {
        issue(IssueCredentialRequest.EXAMPLE)
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.credentialSubject.number")
                .isEqualTo("4711")
                .jsonPath("$.verifiableCredential.proof.cryptosuite")
                .isEqualTo("eddsa-rdfc-2022");
        issue(IssueCredentialRequest.EXAMPLE.replace("\"cryptosuite\": \"eddsa-rdfc-2022\"", ""))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.proof.cryptosuite")
                .isEqualTo("eddsa-jcs-2022");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PARSING_ERROR",
                "{} | MALFORMED_VALUE_ERROR",
                "{\"credential\":1} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"cryptosuite\":\"ecdsa-jcs-2019\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"mandatoryPointers\":[]}} | UNKNOWN_OPTION_PROVIDED"
            })
    void answers400AndSaysWhy(String body, String title) {
        issue(body)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/invalid-request")
                .jsonPath("$.problemDetails[0].title")
                .isEqualTo(title);
    }

    private ResponseSpec issue(String body) {
        return client.post()
                .uri("/credentials/issue")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
