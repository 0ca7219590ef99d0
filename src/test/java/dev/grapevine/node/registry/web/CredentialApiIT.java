package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Credentials by username, and receipts for erasures, at the node of their issuer. */
class CredentialApiIT extends OneNode {

    @Test
    void aPublicOneIsForEverybodyAndCanBeAskedForConditionally() {
        JsonNode published = publish("cred1", "public");
        String digest = published.at("/profile/credentialDigest").asString();
        WebTestClient.ResponseSpec answer = get("cred1");
        answer.expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, '"' + digest + '"')
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-cache");
        assertThat(json(answer)).isEqualTo(published.path("credential"));
        conditional("cred1", '"' + digest + '"')
                .expectStatus()
                .isNotModified()
                .expectBody()
                .isEmpty();
        conditional("cred1", "\"other\"").expectStatus().isOk();
        HttpHeaders head = bare.head()
                .uri(path("cred1"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty()
                .getResponseHeaders();
        assertThat(head.getETag()).isEqualTo('"' + digest + '"');
    }

    @Test
    void aPrivateOneIsForReadersAndNamesItsIssuerToOthers() {
        JsonNode published = publish("cred2", "private");
        String issuer = published.at("/profile/issuer/id").asString();
        get("cred2")
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/private-credential")
                .jsonPath("$.issuer")
                .isEqualTo(issuer)
                .jsonPath("$.issuerName")
                .isEqualTo("University");
        String tag = '"' + published.at("/profile/credentialDigest").asString() + '"';
        conditional("cred2", tag).expectStatus().isForbidden();
        WebTestClient.ResponseSpec answer = send(HttpMethod.GET, path("cred2"), "");
        answer.expectStatus().isOk().expectHeader().valueEquals(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        assertThat(json(answer)).isEqualTo(published.path("credential"));
    }

    @Test
    void theIssuerCanBeNamed() {
        JsonNode published = publish("cred3", "public");
        String issuer = published.at("/profile/issuer/id").asString();
        bare.get()
                .uri(path("cred3") + "?issuer=" + issuer)
                .exchange()
                .expectStatus()
                .isOk();
        bare.get()
                .uri(path("cred3") + "?issuer=did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
                .exchange()
                .expectStatus()
                .isNotFound();
        bare.get()
                .uri(path("cred3") + "?issuer=nobody")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @ParameterizedTest
    @CsvSource({"nobody", "NOT-A-NAME", "a b"})
    void whatNobodyIsCalledIsNotFound(String username) {
        bare.get()
                .uri("/api/v1/profiles/{username}/credential", username)
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unknown-profile");
    }

    @Test
    void anErasureLeadsToItsReceipt() {
        Instant before = Instant.now().minusSeconds(1);
        String profileId = publish("cred5", "public").at("/profile/profileId").asString();
        receipt(profileId)
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unknown-erasure");
        send(HttpMethod.DELETE, "/api/v1/profiles/cred5", "")
                .expectStatus()
                .isNoContent()
                .expectHeader()
                .valueEquals(HttpHeaders.LOCATION, "/api/v1/erasures/" + profileId);
        get("cred5").expectStatus().isNotFound();
        JsonNode receipt = json(receipt(profileId));
        assertThat(receipt.path("profileId").asString()).isEqualTo(profileId);
        assertThat(receipt.path("sequence").asLong()).isPositive();
        assertThat(Instant.parse(receipt.path("erasedAt").asString())).isAfter(before);
        assertThat(receipt.path("acknowledged")).isEmpty();
        assertThat(receipt.path("outstanding")).isEmpty();
        assertThat(receipt.path("morePeers").asBoolean(true)).isFalse();
        bare.get()
                .uri("/api/v1/erasures/" + profileId)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        receipt(UUID.randomUUID().toString()).expectStatus().isNotFound();
        receipt("no-uuid").expectStatus().isNotFound();
        receipt(" ").expectStatus().isNotFound();
    }

    private JsonNode publish(String username, String visibility) {
        String body = "{\"username\":\"%s\",\"displayName\":\"%s\",\"visibility\":\"%s\"}"
                .formatted(username, username, visibility);
        return json(send(HttpMethod.POST, "/api/v1/profiles", body));
    }

    private WebTestClient.ResponseSpec receipt(String profileId) {
        return send(HttpMethod.GET, "/api/v1/erasures/" + profileId, "");
    }

    private WebTestClient.ResponseSpec get(String username) {
        return bare.get().uri(path(username)).exchange();
    }

    private WebTestClient.ResponseSpec conditional(String username, String tags) {
        return bare.get()
                .uri(path(username))
                .header(HttpHeaders.IF_NONE_MATCH, tags)
                .exchange();
    }

    private static String path(String username) {
        return "/api/v1/profiles/" + username + "/credential";
    }
}
