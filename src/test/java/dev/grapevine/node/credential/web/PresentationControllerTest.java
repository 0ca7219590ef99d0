package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.PresentationVerifier;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec;
import reactor.core.scheduler.Schedulers;

class PresentationControllerTest {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    private final WebTestClient client = WebTestClient.bindToController(new PresentationController(
                    new PresentationVerifier(() -> NOW, new CredentialVerifier(() -> NOW, null)),
                    Schedulers.parallel()))
            .build();

    @Test
    void answers200AndEveryCheckForTheExample() {
        verify(PresentationExamples.REQUEST, 200)
                .jsonPath("$.verified")
                .isEqualTo(true)
                .jsonPath("$.checks[*].name")
                .isEqualTo(List.of("structure", "context", "proof", "holder"))
                .jsonPath("$.credentials.length()")
                .isEqualTo(1)
                .jsonPath("$.credentials[0].verified")
                .isEqualTo(true)
                .jsonPath("$.credentials[0].checks[2].detail")
                .isEqualTo("signed by eddsa-jcs-2022")
                .jsonPath("$.problemDetails")
                .isEmpty()
                .jsonPath("$.presentation")
                .doesNotExist();
    }

    @Test
    void answers400AndSaysWhichCheckFailed() {
        verify(
                        PresentationExamples.REQUEST.replace(
                                "\"domain\": \"shop.example\",\n  \"challenge\": \"6", "\"challenge\": \"7"),
                        400)
                .jsonPath("$.verified")
                .isEqualTo(false)
                .jsonPath("$.checks[2].problems[0].type")
                .isEqualTo("https://w3id.org/security#INVALID_CHALLENGE_ERROR")
                .jsonPath("$.credentials[0].verified")
                .isEqualTo(true)
                .jsonPath("$.problemDetails.length()")
                .isEqualTo(1);
        verify(PresentationExamples.REQUEST.replace("Ada Lovelace", "Eve"), 400)
                .jsonPath("$.checks[2].outcome")
                .isEqualTo("failed")
                .jsonPath("$.credentials[0].checks[2].outcome")
                .isEqualTo("failed")
                .jsonPath("$.problemDetails.length()")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PARSING_ERROR",
                "{} | MALFORMED_VALUE_ERROR",
                "{\"verifiablePresentation\":\"eyJ\"} | MALFORMED_VALUE_ERROR",
                "{\"verifiablePresentation\":{},\"options\":{\"domain\":1}} | MALFORMED_VALUE_ERROR",
                "{\"verifiablePresentation\":{},\"options\":{\"trusted\":true}} | UNKNOWN_OPTION_PROVIDED",
                "{\"verifiablePresentation\":{\"a\":1,\"a\":2}} | PARSING_ERROR"
            })
    void answers400WithOneProblemForAMalformedRequest(String body, String title) {
        verify(body, 400)
                .jsonPath("$.verified")
                .isEqualTo(false)
                .jsonPath("$.problemDetails[0].title")
                .isEqualTo(title);
    }

    private BodyContentSpec verify(String body, int status) {
        return client.post()
                .uri("/presentations/verify")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody();
    }
}
