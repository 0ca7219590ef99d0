package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.NodeApplication;
import dev.grapevine.testapi.OneAtATime;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database that keeps its connections and says nothing: requests are refused in time, and nobody is told what is not so. */
@OneAtATime
class DatabaseHangsIT {

    private static final String KEY = "correct-horse-battery-staple";

    /** What {@code grapevine.db.timeout} is here, and how long the pool waits for a connection. */
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(1);

    /** A lookup that waits behind another is given up after 10 s, a write here after 8 s; and what a busy machine takes. */
    private static final Duration BOUND = Duration.ofSeconds(25);

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path temporary;

    private static DatabaseUrl url;
    private static Forwarder database;
    private static ConfigurableApplicationContext node;

    @BeforeAll
    static void start() throws IOException {
        url = DatabaseUrl.parse("the tests' server", TestPostgres.newDatabase(), null, null);
        database = new Forwarder(url.port());
        node = SpringApplication.run(
                NodeApplication.class,
                "--grapevine.network=hangs",
                "--grapevine.db.url=postgresql://127.0.0.1:" + database.port() + "/" + url.database(),
                "--grapevine.db.username=" + url.username(),
                "--grapevine.db.password=" + url.password(),
                "--grapevine.db.timeout=" + DATABASE_TIMEOUT.toSeconds() + "s",
                "--spring.r2dbc.pool.max-acquire-time=" + DATABASE_TIMEOUT.toSeconds() + "s",
                "--spring.r2dbc.pool.max-create-connection-time=" + DATABASE_TIMEOUT.toSeconds() + "s",
                "--spring.r2dbc.pool.max-size=4",
                "--grapevine.data-dir=" + temporary.resolve("node"),
                "--grapevine.api-key=" + KEY,
                "--grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
                "--server.port=0",
                "--management.server.port=0");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        database.close();
    }

    @AfterEach
    void resume() {
        database.resume();
    }

    @Test
    void everyRequestIsRefusedInTimeAndAnsweredAgainWhenTheDatabaseGoesOn() throws Exception {
        assertThat(publish("before", "").statusCode()).isEqualTo(201);
        assertThat(lookUp("before").statusCode()).isEqualTo(200);

        database.hang();

        // More than the pool has connections.
        List<CompletableFuture<HttpResponse<String>>> requests = Stream.of(
                        Stream.of("a", "b", "c", "d", "e", "f").map(name -> person(name, "")),
                        Stream.of("g", "h").map(name -> person(name, "key-" + name)),
                        Stream.of(api("/api/v1/profiles/nobody")),
                        Stream.of("x", "y", "z").map(prefix -> api("/api/v1/profiles?prefix=" + prefix)),
                        Stream.of(api("/api/v1/audit"), api("/api/v1/keys"), api("/api/v1/issuers")))
                .flatMap(some -> some)
                .map(request -> HTTP.sendAsync(request.timeout(BOUND).build(), BodyHandlers.ofString()))
                .toList();
        for (CompletableFuture<HttpResponse<String>> request : requests) {
            assertRefused(request.get());
        }
        // Not among the others: what is remembered is right until the lease of the sole instance has ended, which it
        // has by now.
        assertRefused(lookUp("before"));

        database.resume();
        await("it publishes again")
                .atMost(TIMEOUT)
                .until(() -> publish("after", "").statusCode(), status -> status == 201 || status == 409);
        await("it finds again").atMost(TIMEOUT).until(() -> lookUp("before").statusCode() == 200);
        assertThat(publish("after-all", "").statusCode()).as("at once").isEqualTo(201);
    }

    @Test
    void aCommitThatNobodyAnswersIsNotCalledDoneAndItsRepetitionIsDoneOnce() throws Exception {
        database.hangAfter("COMMIT");
        HttpResponse<String> unknown = publish("once", "the-same-key");
        assertThat(database.hangs()).as("it was in the commit").isTrue();
        assertRefused(unknown);
        database.resume();

        HttpResponse<String> repeated = await("the repetition is answered")
                .atMost(TIMEOUT)
                .until(() -> publish("once", "the-same-key"), answer -> answer.statusCode() != 503);
        assertThat(repeated.statusCode()).isEqualTo(201);
        HttpResponse<String> third = publish("once", "the-same-key");
        assertThat(third.body()).isEqualTo(repeated.body());
        assertThat(third.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(publish("once", "another-key").statusCode()).isEqualTo(409);
        assertThat(lookUp("once").body()).containsOnlyOnce("\"profileId\"");
    }

    @Test
    void whoeverHoldsTheIssuersLockAndIsHeardOfNoMoreHoldsItNotForLong() throws Exception {
        Connection silent = Mono.from(ConnectionFactories.get(url.r2dbcOptions(DATABASE_TIMEOUT, new UUID(0, 1)))
                        .create())
                .block(TIMEOUT);
        Mono.from(silent.beginTransaction()).block(TIMEOUT);
        Flux.from(silent.createStatement("SELECT id FROM issuers FOR UPDATE").execute())
                .flatMap(result -> result.map(row -> row.get(0)))
                .blockLast(TIMEOUT);

        await("it publishes although nobody gives the lock back")
                .atMost(TIMEOUT)
                .until(() -> publish("unlocked", "").statusCode(), status -> status == 201 || status == 409);
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as("%s: %s", answer.uri(), answer.body())
                .isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After"))
                .as("%s", answer.uri())
                .isPresent();
        assertThat(answer.body()).contains("/problems/service-unavailable");
    }

    private static HttpResponse<String> publish(String username, String idempotencyKey) throws Exception {
        return HTTP.send(person(username, idempotencyKey).timeout(BOUND).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> lookUp(String username) throws Exception {
        return HTTP.send(api("/api/v1/profiles/" + username).timeout(BOUND).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder person(String username, String idempotencyKey) {
        HttpRequest.Builder request = api("/api/v1/profiles")
                .POST(BodyPublishers.ofString(
                        "{\"username\": \"%s\", \"displayName\": \"Somebody\"}".formatted(username)));
        return idempotencyKey.isEmpty() ? request : request.header("Idempotency-Key", idempotencyKey);
    }

    private static HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.getEnvironment().getProperty("local.server.port") + path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json");
    }
}
