package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/** Trust over HTTP. */
class TrustApiIT extends OneNode {

    private static final String STRANGER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    private static final String PATH = "/api/v1/issuers/" + STRANGER + "/trust";

    private JsonNode own() {
        return json(send(HttpMethod.GET, "/api/v1/issuers", "")).at("/issuers/0");
    }

    @Test
    void whatIsSaidOfAnIssuerIsReadAgainThoughNothingOfItIsHeld() {
        JsonNode said = json(send(HttpMethod.PUT, PATH, "{\"level\":\"blocked\"}"));
        assertThat(said.path("level").asString()).isEqualTo("blocked");
        assertThat(said.path("configured").asBoolean()).isFalse();
        JsonNode read = json(send(HttpMethod.GET, PATH, ""));
        assertThat(read.path("issuer").asString()).isEqualTo(STRANGER);
        assertThat(read.path("level").asString()).isEqualTo("blocked");
        assertThat(json(send(HttpMethod.GET, "/api/v1/audit?action=trust.changed", ""))
                        .at("/entries/0/detail")
                        .asString())
                .isEqualTo(STRANGER + " blocked");

        send(HttpMethod.PUT, PATH, "{\"level\":\"known\"}").expectStatus().isOk();
        JsonNode known = json(send(HttpMethod.GET, PATH, ""));
        assertThat(known.path("level").asString()).isEqualTo("known");
        assertThat(known.has("changedAt")).isFalse();
    }

    @Test
    void theNodesOwnIssuerIsTrustedForGood() {
        assertThat(own().path("trust").asString()).isEqualTo("trusted");
        send(HttpMethod.POST, "/api/v1/profiles", person("trustworthy", "Ada"));
        assertThat(json(send(HttpMethod.GET, "/api/v1/profiles/trustworthy", ""))
                        .at("/attestations/0/issuer/trust")
                        .asString())
                .isEqualTo("trusted");
        var refused = send(
                HttpMethod.PUT, "/api/v1/issuers/" + own().path("id").asString() + "/trust", "{\"level\":\"blocked\"}");
        refused.expectStatus().isEqualTo(409);
        assertThat(json(refused).path("type").asString()).isEqualTo("/problems/configured-trust");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"level\":\"friend\"}",
                "{\"level\":1}",
                "{\"level\":\"known\",\"x\":1}",
                "{\"level\":",
                "{\"level\":\"known\",\"level\":\"known\"}"
            })
    void whatIsNoLevelIsRefused(String body) {
        send(HttpMethod.PUT, PATH, body).expectStatus().isBadRequest();
    }

    @Test
    void whatIsNoIssuerIsRefused() {
        send(HttpMethod.PUT, "/api/v1/issuers/did:web:example.org/trust", "{\"level\":\"known\"}")
                .expectStatus()
                .isBadRequest();
        send(HttpMethod.GET, "/api/v1/issuers/nobody/trust", "").expectStatus().isBadRequest();
    }

    @Test
    void itIsTheOperators() {
        bare.get().uri(PATH).exchange().expectStatus().isUnauthorized();
        bare.get().uri("/api/v1/admission").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void quotasAndTheirUseAreShown() {
        JsonNode admission = json(send(HttpMethod.GET, "/api/v1/admission", ""));
        assertThat(admission.path("admission").asString()).isEqualTo("known");
        assertThat(admission.path("issuers").asLong()).isZero();
        assertThat(admission.path("maxIssuers").asLong()).isEqualTo(100_000);
        assertThat(admission.path("maxIssuerBytes").asLong()).isEqualTo(2L << 30);
        assertThat(admission.path("maxBytes").asLong()).isEqualTo(16L << 30);
        assertThat(admission.path("declined").path("blocked").asLong()).isZero();
    }
}
