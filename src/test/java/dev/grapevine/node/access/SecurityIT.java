package dev.grapevine.node.access;

import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

/** Who may call what. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "grapevine.api-key=" + SecurityIT.KEY)
@AutoConfigureWebTestClient(timeout = "PT30S")
@OneAtATime
class SecurityIT {

    static final String KEY = "correct-horse-battery-staple";

    @Autowired
    private WebTestClient client;

    @LocalManagementPort
    private int managementPort;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/profiles/ada, 200",
        "HEAD, /api/v1/profiles/ada, 200",
        "GET, /api/v1/issuers, 404",
        "GET, /api/v1/issuers/did:key:z6Mk/log, 404",
        "GET, /api/v1/network/status, 404",
        "GET, /v3/api-docs, 200",
        "GET, /v3/api-docs.yaml, 200",
        "GET, /swagger-ui.html, 302",
        "GET, /nowhere, 404",
        "POST, /credentials/verify, 200"
    })
    void anybodyMayLookUpVerifyAndRead(HttpMethod method, String path, int status) {
        send(method, path).exchange().expectStatus().isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/profiles",
        "PUT, /api/v1/profiles/ada",
        "PATCH, /api/v1/profiles/ada",
        "DELETE, /api/v1/profiles/ada",
        "POST, /api/v1/profiles/ada/revoke",
        "POST, /api/v1/profiles/import",
        "GET, /api/v1/profiles",
        "PUT, /api/v1/issuers/did:key:z6Mk/trust",
        "POST, /credentials/issue",
        "GET, /credentials/1",
        "POST, /nowhere"
    })
    void everythingElseNeedsAKey(HttpMethod method, String path) {
        send(method, path)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", "Bearer realm=\"grapevine\"")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unauthorized")
                .jsonPath("$.instance")
                .isEqualTo(path);
    }

    @Test
    void theKeyOpensIt() {
        client.delete()
                .uri("/api/v1/profiles/ada")
                .header("Authorization", "bearer " + KEY)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .doesNotExist("Set-Cookie");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer wrong-horse-battery-staple | The API key is not known here.",
                "Bearer                            | The Authorization header is not of the form: Bearer <key>.",
                "Bearer too-short                  | The Authorization header is not of the form: Bearer <key>.",
                "Bearer correct-horse\"battery'staple | The Authorization header is not of the form: Bearer <key>.",
                "Basic Zm9vOmJhcg==                | The Authorization header is not of the form: Bearer <key>."
            })
    void anythingButAKeyDoesNot(String authorization, String detail) {
        client.delete()
                .uri("/api/v1/profiles/ada")
                .header("Authorization", authorization)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(
                        "WWW-Authenticate",
                        "Bearer realm=\"grapevine\", error=\"invalid_token\", error_description=\"" + detail + '"')
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo(detail);
    }

    @Test
    void aWrongKeyIsRefusedEvenWhereNoneIsNeeded() {
        client.get()
                .uri("/api/v1/profiles/ada")
                .header("Authorization", "Bearer wrong-horse-battery-staple")
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void credentialsOfAnotherKindAreIgnoredWhereNoKeyIsNeeded() {
        client.get()
                .uri("/api/v1/profiles/ada")
                .header("Authorization", "Basic Zm9vOmJhcg==")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/profiles/ada, default-src 'none'; frame-ancestors 'none'",
        "GET, /api/v1/profiles/unknown, default-src 'none'; frame-ancestors 'none'",
        "DELETE, /api/v1/profiles/ada, default-src 'none'; frame-ancestors 'none'",
        "GET, /swagger-ui/index.html, default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    })
    void answersCarryTheUsualSecurityHeaders(HttpMethod method, String path, String policy) {
        send(method, path)
                .exchange()
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("X-Frame-Options", "DENY")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .valueEquals("Content-Security-Policy", policy)
                .expectHeader()
                .doesNotExist("Strict-Transport-Security");
    }

    @Test
    void whatNeedsAKeyIsNotStoredByTheWay() {
        client.get()
                .uri("/api/v1/keys")
                .headers(headers -> headers.setBearerAuth(KEY))
                .exchange()
                .expectHeader()
                .valueEquals("Cache-Control", "no-store");
        client.get().uri("/api/v1/profiles/ada").exchange().expectHeader().doesNotExist("Cache-Control");
    }

    @Test
    void pagesOfOtherOriginsMayLookUpAndReadTheHeaders() {
        client.get()
                .uri("/api/v1/profiles/ada")
                .header("Origin", "https://shop.example")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Access-Control-Allow-Origin", "*")
                .expectHeader()
                .valueEquals(
                        "Access-Control-Expose-Headers",
                        "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, traceresponse")
                .expectHeader()
                .valueEquals("Vary", "Origin");
    }

    @Test
    void whatNeedsAKeyIsNotSharedWithPagesOfOtherOrigins() {
        client.get()
                .uri("/api/v1/keys")
                .headers(headers -> headers.setBearerAuth(KEY))
                .header("Origin", "https://shop.example")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .doesNotExist("Access-Control-Allow-Origin");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/profiles/ada, 200",
        "POST, /credentials/verify, 200",
        "POST, /api/v1/profiles/lookup, 200",
        "POST, /api/v1/profiles, 403",
        "POST, /api/v1/keys, 403",
        "DELETE, /api/v1/profiles/ada, 403"
    })
    void pagesOfOtherOriginsMayVerifyButNotWrite(String method, String path, int status) {
        client.options()
                .uri(path)
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", "content-type, if-none-match, authorization, traceparent")
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus"})
    void managementIsOpenOnItsOwnPort(String path) {
        WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + managementPort)
                .responseTimeout(Duration.ofSeconds(30))
                .build()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk();
        client.get().uri(path).exchange().expectStatus().isNotFound();
    }

    private WebTestClient.RequestHeadersSpec<?> send(HttpMethod method, String path) {
        WebTestClient.RequestBodySpec request = client.method(method).uri(path);
        return List.of(HttpMethod.POST, HttpMethod.PUT).contains(method)
                ? request.contentType(MediaType.APPLICATION_JSON).bodyValue("{}")
                : request;
    }
}
