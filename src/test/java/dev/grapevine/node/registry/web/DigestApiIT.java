package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** The registry as one hash. */
class DigestApiIT extends OneNode {

    private static final String PATH = "/api/v1/registry/digest";

    @Test
    void theDigestChangesWithTheRegistryAndOnlyWithIt() {
        JsonNode before = digest();
        send(HttpMethod.POST, "/api/v1/profiles", person("digested", "Ada"));
        JsonNode after = digest();

        assertThat(after.path("digest").asString())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(before.path("digest").asString())
                .isEqualTo(digest().path("digest").asString());
        assertThat(after.path("frontierDigest")).isNotEqualTo(before.path("frontierDigest"));
        assertThat(after.path("profilesDigest")).isNotEqualTo(before.path("profilesDigest"));
        assertThat(after.path("issuers").asInt()).isEqualTo(1);
        assertThat(after.path("events").asLong())
                .isEqualTo(before.path("events").asLong() + 1);
        assertThat(after.path("profiles").asLong())
                .isEqualTo(before.path("profiles").asLong() + 1);
        assertThat(after.path("bodies").asLong())
                .isEqualTo(before.path("bodies").asLong() + 1);
        assertThat(after.path("registryState").asString()).isEqualTo("isolated");
        assertThat(after.path("comparedAt").isNull()).isTrue();
    }

    @Test
    void anErasedProfileStaysInTheCountAsATombstone() {
        send(HttpMethod.POST, "/api/v1/profiles", person("gone", "Ada"));
        JsonNode before = digest();
        send(HttpMethod.DELETE, "/api/v1/profiles/gone", "").expectStatus().isNoContent();
        JsonNode after = digest();

        assertThat(after.path("profiles")).isEqualTo(before.path("profiles"));
        assertThat(after.path("bodies").asLong())
                .isEqualTo(before.path("bodies").asLong() - 1);
    }

    @Test
    void itIsForReaders() {
        bare.get().uri(PATH).exchange().expectStatus().isUnauthorized();
    }

    private JsonNode digest() {
        WebTestClient.ResponseSpec answer = send(HttpMethod.GET, PATH, "");
        answer.expectStatus().isOk();
        return json(answer);
    }
}
