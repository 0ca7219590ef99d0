package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** Who comes too often is told so. Each test plays a proxy, and so has addresses of its own. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.api-key=" + SecurityIT.KEY,
            "grapevine.rate-limit.address.requests=5",
            "grapevine.rate-limit.address.per=1h",
            "grapevine.rate-limit.key.requests=3",
            "grapevine.rate-limit.key.per=1h",
            "grapevine.rate-limit.failures.requests=2",
            "grapevine.rate-limit.failures.per=1h",
            "grapevine.rate-limit.trusted-proxies=127.0.0.0/8"
        })
@AutoConfigureWebTestClient(timeout = "PT30S")
@OneAtATime
class RateLimitIT {

    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    @Autowired
    private WebTestClient client;

    @Autowired
    private ApiKeys keys;

    @LocalManagementPort
    private int managementPort;

    private final String address = "198.51.100." + ADDRESSES.incrementAndGet();

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @Test
    void anAddressIsToldWhatIsLeftAndThenToWait() {
        for (int left = 4; left >= 0; left--) {
            lookUp(address)
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueEquals("RateLimit-Policy", "\"address\";q=5;w=3600")
                    .expectHeader()
                    .valueMatches("RateLimit", "\"address\";r=" + left + ";t=\\d+");
        }

        lookUp(address)
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueMatches("Retry-After", "7[12]\\d")
                .expectHeader()
                .valueMatches("RateLimit", "\"address\";r=0;t=7[12]\\d")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/too-many-requests")
                .jsonPath("$.violated-policies[0]")
                .isEqualTo("address");
        lookUp("203.0.113.1").expectStatus().isOk();
    }

    @Test
    void theMissingKeyIsToldToTheLastAndThenTheLimit() {
        for (int i = 0; i < 5; i++) {
            delete(null).expectStatus().isUnauthorized();
        }
        delete(null).expectStatus().isEqualTo(429);
    }

    @Test
    void aLookupOfManyNamesCountsAsManyRequests() {
        lookUpMany().expectStatus().isEqualTo(405).expectHeader().valueMatches("RateLimit", "\"address\";r=0;t=.*");
        lookUpMany().expectStatus().isEqualTo(429);
    }

    @Test
    void aKeyHasALimitOfItsOwnWhereverItIsUsed() {
        String secret = generatedKey();
        for (int left = 2; left >= 0; left--) {
            delete(secret)
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueEquals("RateLimit-Policy", "\"key\";q=3;w=3600")
                    .expectHeader()
                    .valueMatches("RateLimit", "\"key\";r=" + left + ";t=\\d+");
        }

        as(secret, HttpMethod.DELETE, "/api/v1/profiles/ada", "203.0.113.2")
                .expectStatus()
                .isEqualTo(429)
                .expectBody()
                .jsonPath("$.violated-policies[0]")
                .isEqualTo("key");
        delete(generatedKey()).expectStatus().isOk();
        lookUp(address).expectHeader().valueMatches("RateLimit", "\"address\";r=4;.*");
    }

    @Test
    void whoIsWrongTooOftenIsNotHeardAnyMoreUnlessWithAKeyThatNobodyCanGuess() {
        String wrong = "wrong-horse-battery-staple";
        delete(wrong).expectStatus().isUnauthorized();
        delete(wrong).expectStatus().isUnauthorized();

        delete(wrong)
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .valueEquals("RateLimit-Policy", "\"failures\";q=2;w=3600")
                .expectHeader()
                .exists("Retry-After");
        delete(SecurityIT.KEY).expectStatus().isEqualTo(429);
        delete(generatedKey()).expectStatus().isOk();
        delete("gv_" + "x".repeat(43)).expectStatus().isEqualTo(429);
        lookUp(address).expectStatus().isOk();
        as(SecurityIT.KEY, HttpMethod.DELETE, "/api/v1/profiles/ada", "203.0.113.3")
                .expectStatus()
                .isOk();
    }

    @Test
    void healthAndMetricsHaveNoLimit() {
        WebTestClient management = WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + managementPort)
                .responseTimeout(Duration.ofSeconds(30))
                .build();
        for (int i = 0; i < 10; i++) {
            management
                    .get()
                    .uri("/actuator/health/liveness")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .doesNotExist("RateLimit");
        }
        String metrics = management
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(metrics).contains("grapevine_http_limited_total{limit=\"failures\"");
    }

    private String generatedKey() {
        return keys.make(new NewKey("", Set.of(Role.ISSUER), null), new Actor("test"))
                .map(ApiKeys.Made::secret)
                .switchIfEmpty(Mono.error(IllegalStateException::new))
                .block();
    }

    private WebTestClient.ResponseSpec lookUp(String from) {
        return client.get()
                .uri("/api/v1/profiles/ada")
                .header("X-Forwarded-For", from)
                .header("Origin", "https://shop.example")
                .exchange();
    }

    private WebTestClient.ResponseSpec lookUpMany() {
        return client.post()
                .uri("/api/v1/profiles/lookup")
                .header("X-Forwarded-For", address)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("[]")
                .exchange();
    }

    private WebTestClient.ResponseSpec delete(String secret) {
        return as(secret, HttpMethod.DELETE, "/api/v1/profiles/ada", address);
    }

    private WebTestClient.ResponseSpec as(String secret, HttpMethod method, String path, String from) {
        return client.method(method)
                .uri(path)
                .header("X-Forwarded-For", from)
                .headers(headers -> {
                    if (secret != null) {
                        headers.setBearerAuth(secret);
                    }
                })
                .exchange();
    }
}
