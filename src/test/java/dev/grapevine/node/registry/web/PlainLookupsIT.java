package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The short way answers as the ordinary one does. */
class PlainLookupsIT extends OneNode {

    /** Takes the ordinary way, and asks for the same. */
    private static final String ORDINARY = "application/json, */*;q=0.1";

    private static final String PLAIN = "application/json";

    @Autowired
    private MeterRegistry meters;

    @LocalManagementPort
    private int managementPort;

    @Test
    void bothWaysGiveTheSameBytesAndTheSameHeaders() {
        publish("plain1");
        same(get("plain1", PLAIN, "X-Any", "x"), get("plain1", ORDINARY, "X-Any", "x"), 200);
        same(
                get("plain1", PLAIN, HttpHeaders.ORIGIN, "https://shop.example"),
                get("plain1", ORDINARY, HttpHeaders.ORIGIN, "https://shop.example"),
                200);
        same(
                get("plain1", PLAIN, HttpHeaders.IF_NONE_MATCH, "*"),
                get("plain1", ORDINARY, HttpHeaders.IF_NONE_MATCH, "*"),
                304);
        same(get("plain0", PLAIN, "X-Any", "x"), get("plain0", ORDINARY, "X-Any", "x"), 404);
    }

    private static void same(EntityExchangeResult<byte[]> plain, EntityExchangeResult<byte[]> ordinary, int status) {
        assertThat(plain.getStatus().value()).isEqualTo(status);
        assertThat(ordinary.getStatus().value()).isEqualTo(status);
        assertThat(plain.getResponseBody()).isEqualTo(ordinary.getResponseBody());
        HttpHeaders left = HttpHeaders.copyOf(plain.getResponseHeaders());
        HttpHeaders right = HttpHeaders.copyOf(ordinary.getResponseHeaders());
        assertThat(left.remove("RateLimit")).isNotNull();
        assertThat(right.remove("RateLimit")).isNotNull();
        assertThat(left.toSingleValueMap()).containsExactlyInAnyOrderEntriesOf(right.toSingleValueMap());
    }

    @Test
    void bothWaysCountInTheSameMeter() {
        publish("plain2");
        long before = lookups();
        get("plain2", PLAIN, "X-Any", "x");
        get("plain2", ORDINARY, "X-Any", "x");
        await().until(() -> lookups() == before + 2);
    }

    private long lookups() {
        Collection<Timer> found = meters.find("http.server.requests")
                .tag("uri", "/api/v1/profiles/{username}")
                .tag("method", "GET")
                .tag("status", "200")
                .timers();
        assertThat(found).hasSize(1);
        return found.iterator().next().count();
    }

    @Test
    void eachLookupTakesOneOfTheAddressesRequests() {
        publish("plain3");
        long first = left(get("plain3", PLAIN, "X-Any", "x"));
        get("plain3", PLAIN, "X-Any", "x");
        get("nobody", PLAIN, "X-Any", "x");
        assertThat(left(get("plain3", ORDINARY, "X-Any", "x"))).isBetween(first - 3, first);
    }

    private static long left(EntityExchangeResult<byte[]> answer) {
        String limit = String.valueOf(answer.getResponseHeaders().getFirst("RateLimit"));
        return Long.parseLong(limit.replaceAll(".*;r=(\\d+);.*", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong-horse-battery-staple", "bearer x"})
    void aWrongKeyIsRefusedHereToo(String authorization) {
        publish("plain4");
        bare.get()
                .uri("/api/v1/profiles/plain4")
                .header(HttpHeaders.AUTHORIZATION, authorization)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void theManagementPortHasNoProfiles() {
        publish("plain5");
        WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + managementPort)
                .build()
                .get()
                .uri("/api/v1/profiles/plain5")
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    /** No test depends on another: a profile that is there already will do. */
    private void publish(String username) {
        send(HttpMethod.POST, "/api/v1/profiles", person(username, "Person"));
    }

    private EntityExchangeResult<byte[]> get(String username, String accept, String header, String value) {
        return bare.get()
                .uri("/api/v1/profiles/" + username)
                .header(HttpHeaders.ACCEPT, accept)
                .header(header, value)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
