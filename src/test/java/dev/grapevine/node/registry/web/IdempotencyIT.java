package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** A request with an Idempotency-Key is done once, and answered as often as it is sent. */
class IdempotencyIT extends OneNode {

    @Autowired
    private DatabaseClient database;

    @Test
    void publishingAgainGetsTheFirstAnswerOnceMore() {
        String key = newKey();
        var first = send(key, HttpMethod.POST, "/api/v1/profiles", person("once", "Once"));
        send(HttpMethod.PUT, "/api/v1/profiles/once", person("once", "Changed since"))
                .expectStatus()
                .isOk();

        var again = send(key, HttpMethod.POST, "/api/v1/profiles", person("once", "Once"));

        assertThat(first.getStatus().value()).isEqualTo(201);
        assertThat(first.getResponseHeaders().containsHeader("Idempotent-Replayed"))
                .isFalse();
        assertThat(again.getStatus()).isEqualTo(first.getStatus());
        assertThat(again.getResponseHeaders().getLocation())
                .isEqualTo(first.getResponseHeaders().getLocation())
                .hasToString("/api/v1/profiles/once");
        assertThat(again.getResponseHeaders().getFirst("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.getResponseBody()).isEqualTo(first.getResponseBody());
        assertThat(text(again)).contains("eddsa-jcs-2022");
        assertThat(eventsOf("once")).isEqualTo(2);
    }

    @Test
    void everyKindOfWriteCanBeRepeated() {
        String put = newKey();
        String same = newKey();
        String revoke = newKey();
        String erase = newKey();
        send(HttpMethod.POST, "/api/v1/profiles", person("kinds", "Kinds"));
        for (int i = 0; i < 2; i++) {
            assertThat(text(send(put, HttpMethod.PUT, "/api/v1/profiles/kinds", person("kinds", "Other"))))
                    .contains("\"sequence\"", "Other");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(text(send(same, HttpMethod.PUT, "/api/v1/profiles/kinds", person("kinds", "Other"))))
                    .contains("eddsa-jcs-2022");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(text(send(revoke, HttpMethod.POST, "/api/v1/profiles/kinds/revoke", "")))
                    .contains("\"revoked\"");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(send(erase, HttpMethod.DELETE, "/api/v1/profiles/kinds", "")
                            .getStatus()
                            .value())
                    .isEqualTo(204);
        }
        assertThat(send(newKey(), HttpMethod.DELETE, "/api/v1/profiles/kinds", "")
                        .getStatus()
                        .value())
                .isEqualTo(404);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        String key = newKey();
        send(key, HttpMethod.POST, "/api/v1/profiles", person("taken-key", "First"));
        assertKeyUsed(send(key, HttpMethod.POST, "/api/v1/profiles", person("taken-key2", "Other body")));
        assertKeyUsed(send(key, HttpMethod.POST, "/api/v1/profiles", "{}"));
        assertKeyUsed(send(key, HttpMethod.PUT, "/api/v1/profiles/taken-key", person("taken-key", "First")));
        assertKeyUsed(send(key, HttpMethod.DELETE, "/api/v1/profiles/taken-key", ""));
        bare.get().uri("/api/v1/profiles/taken-key").exchange().expectStatus().isOk();
        bare.get().uri("/api/v1/profiles/taken-key2").exchange().expectStatus().isNotFound();
    }

    @Test
    void whatWasRefusedIsNotRemembered() {
        String key = newKey();
        assertThat(send(key, HttpMethod.DELETE, "/api/v1/profiles/later", "")
                        .getStatus()
                        .value())
                .isEqualTo(404);
        send(HttpMethod.POST, "/api/v1/profiles", person("later", "Later"));
        assertThat(send(key, HttpMethod.DELETE, "/api/v1/profiles/later", "")
                        .getStatus()
                        .value())
                .isEqualTo(204);
    }

    @Test
    void sentAtTheSameTimeItIsDoneOnceAndAllGetTheSameAnswer() {
        String key = newKey();
        List<String> answers = Flux.range(0, 20)
                .flatMap(i -> reactor.core.publisher.Mono.fromCallable(() ->
                                text(send(key, HttpMethod.POST, "/api/v1/profiles", person("at-once", "At once"))))
                        .subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .block();
        assertThat(answers).hasSize(20).containsOnly(answers.getFirst());
        assertThat(answers.getFirst()).contains("eddsa-jcs-2022");
        assertThat(eventsOf("at-once")).isEqualTo(1);
    }

    @Test
    void aMalformedKeyIsABadRequest() {
        for (String bad : List.of("\"\"", "a,b", "k".repeat(256))) {
            var answer = send(bad, HttpMethod.POST, "/api/v1/profiles", person("bad-key", "Bad"));
            assertThat(answer.getStatus().value()).isEqualTo(400);
            assertThat(text(answer)).contains("Idempotency-Key");
        }
        client.post()
                .uri("/api/v1/profiles")
                .header(OnceRequests.KEY, "a", "b")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(person("bad-key", "Bad"))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void theRecordGoesWithThePerson() {
        String published = newKey();
        String revoked = newKey();
        String erased = newKey();
        send(published, HttpMethod.POST, "/api/v1/profiles", person("forgotten", "Zaphod"));
        send(revoked, HttpMethod.POST, "/api/v1/profiles/forgotten/revoke", "");
        send(newKey(), HttpMethod.POST, "/api/v1/profiles", person("forgotten", "Zaphod"));
        long before = count("SELECT count(*) FROM idempotency");
        send(erased, HttpMethod.DELETE, "/api/v1/profiles/forgotten", "");

        assertThat(count("SELECT count(*) FROM idempotency")).isEqualTo(before - 3 + 1);
        assertThat(count("SELECT count(*) FROM idempotency t WHERE encode(answer, 'escape') LIKE '%Zaphod%'"
                        + " OR location LIKE '%forgotten%'"))
                .isZero();
        assertThat(send(erased, HttpMethod.DELETE, "/api/v1/profiles/forgotten", "")
                        .getStatus()
                        .value())
                .isEqualTo(204);
        assertThat(send(published, HttpMethod.POST, "/api/v1/profiles", person("forgotten", "Zaphod"))
                        .getResponseHeaders()
                        .containsHeader("Idempotent-Replayed"))
                .isFalse();
    }

    private static String newKey() {
        return "\"" + UUID.randomUUID() + "\"";
    }

    private EntityExchangeResult<byte[]> send(String key, HttpMethod method, String path, String body) {
        var request = client.method(method).uri(path).header(OnceRequests.KEY, key);
        if (!body.isEmpty()) {
            request.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
                    .bodyValue(body);
        }
        return request.exchange().expectBody().returnResult();
    }

    private static void assertKeyUsed(EntityExchangeResult<byte[]> answer) {
        assertThat(answer.getStatus().value()).isEqualTo(422);
        assertThat(text(answer)).contains("/problems/idempotency-key-used");
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        byte[] body = answer.getResponseBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    private long eventsOf(String username) {
        return count("SELECT count(*) FROM audit a JOIN profiles p USING (profile_id) WHERE p.username = '" + username
                + "'");
    }

    private long count(String sql) {
        return database.sql(sql).map(row -> row.get(0, Long.class)).one().block();
    }
}
