package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/** What was changed stands in the audit, with who did it, and without anybody's name. */
class AuditApiIT extends OneNode {

    @Test
    void everyChangeIsRecordedNewestFirst() {
        String id = json(send(HttpMethod.POST, "/api/v1/profiles", person("audited", "Augusta")))
                .at("/profile/profileId")
                .asString();
        send(HttpMethod.POST, "/api/v1/profiles", person("audited", "Augusta"))
                .expectStatus()
                .isEqualTo(409);
        send(HttpMethod.PUT, "/api/v1/profiles/audited", person("audited", "Ada"))
                .expectStatus()
                .isOk();
        send(HttpMethod.PUT, "/api/v1/profiles/audited", person("audited", "Ada"))
                .expectStatus()
                .isOk();
        send(HttpMethod.POST, "/api/v1/profiles/audited/revoke", "{\"reason\":\"left with Babbage\"}")
                .expectStatus()
                .isOk();
        send(HttpMethod.DELETE, "/api/v1/profiles/audited", "").expectStatus().isNoContent();

        JsonNode page = json(send(HttpMethod.GET, "/api/v1/audit?limit=1000", ""));

        List<JsonNode> ofProfile = page.path("entries")
                .valueStream()
                .filter(entry -> entry.path("profileId").asString("").equals(id))
                .toList();
        assertThat(ofProfile)
                .extracting(entry -> entry.path("action").asString())
                .containsExactly("profile.erased", "profile.revoked", "profile.updated", "profile.published");
        assertThat(ofProfile).allSatisfy(entry -> {
            assertThat(entry.path("actor").asString()).isNotBlank().isNotEqualTo("node");
            assertThat(entry.path("issuer").asString()).startsWith("did:key:");
        });
        assertThat(page.toString()).doesNotContain("audited", "Augusta", "Babbage");
    }

    @Test
    void whoeverPagesThroughSeesEachEntryOnce() {
        for (int i = 0; i < 5; i++) {
            send(HttpMethod.POST, "/api/v1/profiles", person("paged" + i, "Paged"));
        }
        List<Long> newest = ids(json(send(HttpMethod.GET, "/api/v1/audit?limit=5&action=profile.published", "")));
        List<Long> paged = new ArrayList<>();
        String cursor = "";
        while (paged.size() < 5) {
            JsonNode page = json(send(HttpMethod.GET, "/api/v1/audit?limit=1&action=profile.published" + cursor, ""));
            paged.addAll(ids(page));
            cursor = "&cursor=" + page.path("next").asString();
        }
        assertThat(paged).isEqualTo(newest).doesNotHaveDuplicates();
        JsonNode last = json(send(HttpMethod.GET, "/api/v1/audit?cursor=1", ""));
        assertThat(ids(last)).isEmpty();
        assertThat(last.has("next")).isFalse();
    }

    @Test
    void oneCanAskForOneActor() {
        JsonNode page = json(send(HttpMethod.GET, "/api/v1/audit?actor=node", ""));
        assertThat(page.path("entries").valueStream())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.path("actor").asString()).isEqualTo("node"))
                .anySatisfy(entry -> assertThat(entry.path("action").asString()).isEqualTo("issuer.described"));
        assertThat(json(send(HttpMethod.GET, "/api/v1/audit?actor=nobody", ""))
                        .path("entries")
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"limit,0", "limit,1001", "limit,x", "cursor,0", "cursor,x", "actor,''", "action,'a\tb'"})
    void badParametersAreABadRequest(String name, String value) {
        client.get()
                .uri("/api/v1/audit?" + name + "={value}", value)
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void itIsNotForEverybody() {
        bare.get().uri("/api/v1/audit").exchange().expectStatus().isUnauthorized();
    }

    private static List<Long> ids(JsonNode page) {
        return page.path("entries")
                .valueStream()
                .map(entry -> entry.path("id").asLong())
                .toList();
    }
}
