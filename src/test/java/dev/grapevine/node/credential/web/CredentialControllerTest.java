package dev.grapevine.node.credential.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.ProfileClaims;
import dev.grapevine.node.credential.RegistryCheck;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.JsonNodeFactory;

class CredentialControllerTest {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    private final WebTestClient client = WebTestClient.bindToController(
                    new CredentialController(new CredentialVerifier(() -> NOW, null), Schedulers.parallel()))
            .build();

    private final String credential = issue();

    @Test
    void answers200AndEveryCheckForAGoodCredential() {
        verify("{\"verifiableCredential\":" + credential + "}", 200)
                .jsonPath("$.verified")
                .isEqualTo(true)
                .jsonPath("$.checks[*].name")
                .isEqualTo(
                        List.of("structure", "context", "proof", "issuer", "validity", "status", "schema", "registry"))
                .jsonPath("$.checks[*].outcome")
                .isEqualTo(List.of("passed", "passed", "passed", "passed", "passed", "skipped", "skipped", "skipped"))
                .jsonPath("$.problemDetails")
                .isEmpty()
                .jsonPath("$.credential")
                .doesNotExist();
    }

    @Test
    void answers400AndSaysWhichCheckFailed() {
        verify("{\"verifiableCredential\":" + credential.replace("Ada", "Eve") + "}", 400)
                .jsonPath("$.verified")
                .isEqualTo(false)
                .jsonPath("$.checks[2].outcome")
                .isEqualTo("failed")
                .jsonPath("$.checks[2].problems[0].title")
                .isEqualTo("CRYPTOGRAPHIC_SECURITY_ERROR")
                .jsonPath("$.problemDetails.length()")
                .isEqualTo(1)
                .jsonPath("$.problemDetails[0].type")
                .isEqualTo("https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR");
    }

    @Test
    void answersTheExampleAsTheDescriptionSays() {
        RegistryCheck registry = (issuer, digest, signers) -> Mono.just(new Finding(
                Standing.UNKNOWN_ISSUER, Signer.OF_ISSUER, "no log of the issuer; the registry is isolated"));
        WebTestClient.bindToController(
                        new CredentialController(new CredentialVerifier(() -> NOW, registry), Schedulers.parallel()))
                .build()
                .post()
                .uri("/credentials/verify")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(VerifyExamples.REQUEST)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .json(VerifyExamples.ANSWER, JsonCompareMode.STRICT);
    }

    @Test
    void returnsWhatTheOptionsAskFor() {
        verify(
                        "{\"verifiableCredential\":" + credential
                                + ",\"options\":{\"returnCredential\":true,\"returnResults\":false,\"returnProblemDetails\":false}}",
                        200)
                .jsonPath("$.credential.credentialSubject.username")
                .isEqualTo("ada")
                .jsonPath("$.checks")
                .doesNotExist()
                .jsonPath("$.problemDetails")
                .doesNotExist();
    }

    /** As the W3C's test suites ask. */
    @Test
    void carriesOutTheChecksThatAreAskedFor() {
        verify("{\"verifiableCredential\":" + credential + ",\"options\":{\"checks\":[\"proof\"]}}", 200)
                .jsonPath("$.checks[*].outcome")
                .isEqualTo(List.of("passed", "passed", "passed", "passed", "skipped", "skipped", "skipped", "skipped"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PARSING_ERROR",
                "{ | PARSING_ERROR",
                "[] | MALFORMED_VALUE_ERROR",
                "{} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":\"eyJ\"} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":null} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":{\"a\":1,\"a\":2}} | PARSING_ERROR",
                "{\"verifiableCredential\":{},\"options\":{\"domain\":true}} | UNKNOWN_OPTION_PROVIDED",
                "{\"verifiableCredential\":{},\"options\":{\"checks\":\"proof\"}} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":{},\"options\":{\"checks\":[\"luck\"]}} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":{},\"options\":{\"statusUnavailable\":\"ignore\"}} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":{},\"options\":{\"schemaUnavailable\":true}} | MALFORMED_VALUE_ERROR",
                "{\"verifiableCredential\":{},\"options\":{\"returnResults\":1}} | MALFORMED_VALUE_ERROR"
            })
    void answers400WithOneProblemForAMalformedRequest(String body, String title) {
        verify(body, 400)
                .jsonPath("$.verified")
                .isEqualTo(false)
                .jsonPath("$.problemDetails[0].title")
                .isEqualTo(title)
                .jsonPath("$.checks[0].outcome")
                .isEqualTo("failed");
    }

    @Test
    void answers413BeyondItsLimit() {
        client.post()
                .uri("/credentials/verify")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(" ".repeat(CredentialJson.MAX_BYTES + 1))
                .exchange()
                .expectStatus()
                .isEqualTo(413);
    }

    private BodyContentSpec verify(String body, int status) {
        return client.post()
                .uri("/credentials/verify")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody();
    }

    private static String issue() {
        PrivateKey key = PrivateKey.ofSeed(new byte[32]);
        CredentialIssuer issuer = new CredentialIssuer(
                new IssuerIdentity(new IssuerId(key.publicKey()), "Uni", null, key.publicKey()),
                new MemoryKeys(key),
                new SecureRandom());
        byte[] json = issuer.issue(new ProfileClaims(
                        "ada", "Ada", null, JsonNodeFactory.instance.objectNode(), List.of(), NOW, null))
                .json();
        assertThat(json).isNotEmpty();
        return new String(json, StandardCharsets.UTF_8);
    }
}
