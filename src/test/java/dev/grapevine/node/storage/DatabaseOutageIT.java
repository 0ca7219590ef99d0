package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.NodeApplication;
import dev.grapevine.testapi.OneAtATime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A node whose database goes away, comes back, or has no room left: it says so, loses nothing, and recovers by itself. */
@OneAtATime
class DatabaseOutageIT {

    private static final String KEY = "correct-horse-battery-staple";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    static Path temporary;

    private static DataDirectory directory;
    private static EmbeddedPostgres postgres;
    private static Forwarder address;
    private static ConfigurableApplicationContext node;

    @BeforeAll
    static void start() throws IOException {
        directory = DataDirectory.lock(temporary.resolve("server"));
        postgres = EmbeddedPostgres.start(directory, RANDOM);
        address = new Forwarder(postgres.url().port());
        node = SpringApplication.run(
                NodeApplication.class,
                "--grapevine.network=outage",
                "--grapevine.db.url=postgresql://127.0.0.1:" + address.port() + "/"
                        + postgres.url().database(),
                "--grapevine.db.username=" + postgres.url().username(),
                "--grapevine.db.password=" + postgres.url().password(),
                "--grapevine.data-dir=" + temporary.resolve("node"),
                "--grapevine.api-key=" + KEY,
                "--grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
                "--server.port=0",
                "--management.server.port=0");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        address.close();
        postgres.close();
        directory.close();
    }

    @Test
    void aNodeWithoutItsDatabaseSaysSoAndRecoversWhenItIsBack() throws Exception {
        assertThat(publish("before").statusCode()).isEqualTo(201);
        assertThat(readiness()).isEqualTo(200);

        postgres.close();

        HttpResponse<String> refused = publish("meanwhile");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("/problems/service-unavailable").doesNotContain("127.0.0.1");
        await("it is not ready").atMost(TIMEOUT).until(() -> readiness() == 503);

        postgres = EmbeddedPostgres.start(directory, RANDOM);
        address.to(postgres.url().port());

        await("it publishes again")
                .atMost(TIMEOUT)
                .until(() -> publish("after").statusCode(), status -> status == 201 || status == 409);
        await("it is ready").atMost(TIMEOUT).until(() -> readiness() == 200);
        await("it finds again").atMost(TIMEOUT).until(() -> lookUp("before") == 200);
    }

    @Test
    void aFullDiskIsSaidAndWhatIsPublishedAfterwardsCounts() throws Exception {
        // What PostgreSQL raises when a file cannot grow (appendix A, disk_full).
        sql("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$""");
        sql("CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()");

        HttpResponse<String> refused = publish("full");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("/problems/storage-full");
        assertThat(lookUp("nobody")).as("it serves on").isEqualTo(404);

        sql("DROP TRIGGER full_disk ON events");
        assertThat(publish("full").statusCode()).isEqualTo(201);
    }

    private static void sql(String statement) throws SQLException {
        DatabaseUrl url = postgres.url();
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.username(), url.password());
                Statement execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private static HttpResponse<String> publish(String username) throws IOException, InterruptedException {
        String person = "{\"username\": \"%s\", \"displayName\": \"Somebody\"}".formatted(username);
        return send(api("/api/v1/profiles").POST(BodyPublishers.ofString(person)));
    }

    private static int lookUp(String username) throws IOException, InterruptedException {
        return send(api("/api/v1/profiles/" + username)).statusCode();
    }

    private static int readiness() throws IOException, InterruptedException {
        return send(request("local.management.port", "/actuator/health/readiness"))
                .statusCode();
    }

    private static HttpRequest.Builder api(String path) {
        return request("local.server.port", path)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder request(String port, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.getEnvironment().getProperty(port) + path))
                .timeout(TIMEOUT);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
