package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.testapi.MovableClock;
import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys over HTTP: made, shown, used, expired, revoked. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "grapevine.api-key=" + SecurityIT.KEY)
@AutoConfigureWebTestClient(timeout = "PT30S")
@OneAtATime
class KeyApiIT {

    private static final Actor TESTER = new Actor("test");

    @Autowired
    private WebTestClient client;

    @Autowired
    private ApiKeys keys;

    @Autowired
    private KeyTable table;

    @Autowired
    private SecureRandom random;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private MovableClock clock;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @AfterEach
    void moveTheClockBack() {
        clock.moveTo(Duration.ZERO);
    }

    @Test
    void aKeyIsShownOnceAndThenOnlyItsId() {
        JsonNode made = add("{\"name\": \"office\", \"roles\": [\"issuer\", \"reader\"], \"expires\": \"P90D\"}");
        String id = made.path("key").path("id").asString();

        assertThat(made.path("secret").asString()).matches("gv_[A-Za-z0-9_-]{43}");
        assertThat(id).matches("[0-9a-f]{12}");
        String shown = as(SecurityIT.KEY, HttpMethod.GET, "/api/v1/keys/" + id)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        JsonNode key = JsonMapper.shared().readTree(shown);
        assertThat(shown).doesNotContain(made.path("secret").asString());
        assertThat(key.path("name").asString()).isEqualTo("office");
        assertThat(key.path("roles").toString()).isEqualTo("[\"reader\",\"issuer\"]");
        assertThat(key.path("status").asString()).isEqualTo("valid");
        assertThat(Duration.between(
                        Instant.parse(key.path("created").asString()),
                        Instant.parse(key.path("expires").asString())))
                .isBetween(
                        Duration.ofDays(90).minusSeconds(1), Duration.ofDays(90).plusSeconds(1));
    }

    @Test
    void theListHasTheConfiguredKeyAndThoseThatNoLongerWork() {
        String id = add("{\"roles\": [\"reader\"]}").path("key").path("id").asString();
        revoke(id);

        as(SecurityIT.KEY, HttpMethod.GET, "/api/v1/keys")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.keys[0].id")
                .isEqualTo("configured")
                .jsonPath("$.keys[?(@.id == '" + id + "')].status")
                .isEqualTo("revoked");
    }

    @ParameterizedTest
    @CsvSource({
        "READER, GET, /api/v1/profiles?prefix=a, 200",
        "READER, DELETE, /api/v1/profiles/ada, 403",
        "READER, GET, /api/v1/keys, 403",
        "ISSUER, GET, /api/v1/profiles?prefix=a, 200",
        "ISSUER, DELETE, /api/v1/profiles/ada, 200",
        "ISSUER, GET, /api/v1/keys, 403",
        "ISSUER, PUT, /api/v1/anything/new, 403",
        "OPERATOR, GET, /api/v1/profiles?prefix=a, 200",
        "OPERATOR, DELETE, /api/v1/profiles/ada, 403",
        "OPERATOR, GET, /api/v1/keys, 200",
        "OPERATOR, PUT, /api/v1/anything/new, 404"
    })
    void eachRoleMayDoItsOwn(Role role, HttpMethod method, String path, int status) {
        as(secret(role), method, path).exchange().expectStatus().isEqualTo(status);
    }

    @Test
    void whoLacksTheRoleIsToldWhichOneIsNeeded() {
        as(secret(Role.READER), HttpMethod.DELETE, "/api/v1/profiles/ada")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectHeader()
                .valueEquals(
                        "WWW-Authenticate",
                        "Bearer realm=\"grapevine\", error=\"insufficient_scope\","
                                + " error_description=\"This request needs a key with the role issuer.\","
                                + " scope=\"grapevine:issuer\"")
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/forbidden")
                .jsonPath("$.role")
                .isEqualTo("issuer");
    }

    @Test
    void aKeyStopsWorkingWhenItExpires() {
        String secret = add("{\"roles\": [\"reader\"], \"expires\": \"PT1H\"}")
                .path("secret")
                .asString();
        clock.moveTo(Duration.ofMinutes(59));
        browse(secret).expectStatus().isOk();
        clock.moveTo(Duration.ofMinutes(61));

        browse(secret)
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail).matches("The API key [0-9a-f]{12} expired at .*Z\\."));
    }

    @Test
    void aRevokedKeyStopsWorkingAtOnceAndOnAnotherInstanceWithinASecond() {
        JsonNode made = add("{\"roles\": [\"reader\"]}");
        String secret = made.path("secret").asString();
        String id = made.path("key").path("id").asString();
        ApiKeys other = new ApiKeys(Settings.withKey(null), table, random, clock);
        browse(secret).expectStatus().isOk();
        assertThat(other.check(secret).block().id()).isEqualTo(id);

        revoke(id);

        browse(secret)
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail).matches("The API key " + id + " was revoked at .*Z\\."));
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> StepVerifier.create(other.check(secret)).verifyError(RefusedTokenException.class));
        revoke(id);
    }

    @Test
    void aKeyThatAnotherInstanceMakesWorksWithinASecond() {
        ApiKeys other = new ApiKeys(Settings.withKey(null), table, random, clock);
        StepVerifier.create(keys.check("gv_not-a-key-at-all")).verifyError();
        String secret = other.make(new NewKey("", EnumSet.of(Role.READER), null), TESTER)
                .block()
                .secret();

        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> browse(secret).expectStatus().isOk());
    }

    @Test
    void theLastUseIsWrittenDownLater() {
        String secret = secret(Role.READER);
        browse(secret).expectStatus().isOk();
        String id = keys.check(secret).block().id();
        assertThat(lastUsed(id)).isNull();

        StepVerifier.create(keys.saveUses()).verifyComplete();

        assertThat(lastUsed(id)).isNotNull();
    }

    @Test
    void whoMadeAndRevokedAKeyIsRecordedOnce() {
        String id = add("{\"roles\": [\"reader\", \"operator\"]}")
                .path("key")
                .path("id")
                .asString();
        revoke(id);
        revoke(id);

        as(SecurityIT.KEY, HttpMethod.GET, "/api/v1/audit")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$..[?(@.detail == '" + id + " reader,operator')].action")
                .isEqualTo("key.added")
                .jsonPath("$..[?(@.detail == '" + id + "')].action")
                .isEqualTo("key.revoked")
                .jsonPath("$..[?(@.detail == '" + id + "')].actor")
                .isEqualTo("key:configured");
    }

    @Test
    void thePrincipalOfARequestIsTheKeysId() {
        ApiKey key = keys.check(secret(Role.ISSUER)).block();

        assertThat(key.caller().getName()).isEqualTo("key:" + key.id());
        assertThat(key.caller().getAuthorities()).extracting("authority").containsExactly("ROLE_READER", "ROLE_ISSUER");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                       | /roles",
                "{\"roles\": []}                                          | /roles",
                "{\"roles\": \"issuer\"}                                  | /roles",
                "{\"roles\": [\"admin\"]}                                 | /roles",
                "{\"roles\": [1]}                                         | /roles",
                "{\"roles\": [\"reader\"], \"name\": 1}                   | /name",
                "{\"roles\": [\"reader\"], \"name\": \"a\\u0000b\"}         | /name",
                "{\"roles\": [\"reader\"], \"expires\": \"tomorrow\"}       | /expires",
                "{\"roles\": [\"reader\"], \"expires\": \"P-1D\"}           | /expires",
                "{\"roles\": [\"reader\"], \"expires\": \"P9999999999D\"}   | /expires",
                "{\"roles\": [\"reader\"], \"expires\": \"2001-01-01T00:00:00Z\"} | /expires",
                "{\"roles\": [\"reader\"], \"role\": \"reader\"}            | /role",
                "[]                                                       | ''",
                "{\"roles\": [\"reader\"]} 1                              | ''",
                "{\"roles\": [\"reader\"], \"roles\": [\"operator\"]}       | ''"
            })
    void whatIsWrongWithANewKeyIsNamed(String json, String pointer) {
        post(json)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/invalid-request")
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer);
    }

    @Test
    void aNameHasUpTo100Characters() {
        add("{\"roles\": [\"reader\"], \"name\": \"" + "x".repeat(100) + "\"}");
        post("{\"roles\": [\"reader\"], \"name\": \"" + "x".repeat(101) + "\"}")
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void unknownKeysAndTheConfiguredOneCannotBeRevoked() {
        as(SecurityIT.KEY, HttpMethod.DELETE, "/api/v1/keys/0123456789ab")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unknown-key");
        as(SecurityIT.KEY, HttpMethod.DELETE, "/api/v1/keys/configured")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/configured-key");
    }

    @Test
    void there1000KeysAndNoMore() {
        Long before = database.sql("SELECT count(*) AS n FROM api_key WHERE revoked_at IS NULL")
                .map(row -> row.get("n", Long.class))
                .one()
                .block();
        database.sql("INSERT INTO api_key (hash, name, roles) SELECT sha256(('many' || i)::bytea), 'many', '{reader}'"
                        + " FROM generate_series(" + (before + 1) + ", " + KeyTable.MAX_VALID_KEYS + ") i")
                .then()
                .block();

        post("{\"roles\": [\"reader\"]}")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/too-many-keys");

        database.sql("DELETE FROM api_key WHERE name = 'many'").then().block();
    }

    @ParameterizedTest
    @EnumSource
    void aRoleIsWrittenAsItIsRead(Role role) {
        assertThat(Role.parse(role.text())).contains(role);
    }

    private Instant lastUsed(String id) {
        return Flux.fromIterable(keys.list().block())
                .filter(key -> key.id().equals(id))
                .blockFirst()
                .lastUsed();
    }

    private String secret(Role role) {
        return keys.make(new NewKey("", Set.of(role), null), TESTER).block().secret();
    }

    private WebTestClient.ResponseSpec browse(String secret) {
        return as(secret, HttpMethod.GET, "/api/v1/profiles?prefix=a").exchange();
    }

    private void revoke(String id) {
        as(SecurityIT.KEY, HttpMethod.DELETE, "/api/v1/keys/" + id)
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    private JsonNode add(String json) {
        String body = post(json)
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueMatches("Location", "/api/v1/keys/[0-9a-f]{12}")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(body);
    }

    private WebTestClient.ResponseSpec post(String json) {
        return client.post()
                .uri("/api/v1/keys")
                .headers(headers -> headers.setBearerAuth(SecurityIT.KEY))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange();
    }

    private WebTestClient.RequestHeadersSpec<?> as(String secret, HttpMethod method, String path) {
        return client.method(method).uri(path).headers(headers -> headers.setBearerAuth(secret));
    }
}
