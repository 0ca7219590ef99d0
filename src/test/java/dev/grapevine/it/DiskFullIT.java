package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.it.NodeApi.Answer;
import dev.grapevine.node.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The disk of a node and its embedded database is full, really. */
class DiskFullIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int MANY = 3_000;

    @TempDir
    private Path directory;

    private NodeProcess node;
    private final List<String> published = new ArrayList<>();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aFullDiskIsSaidLookupsGoOnNothingIsLostAndTheNodeRecoversByItself() throws Exception {
        node = new NodeProcess("node1", directory, "it-" + UUID.randomUUID()).onDisk("200m");
        node.start().awaitReady();
        assertThat(publish("before").status()).isEqualTo(201);

        node.fillDisk();
        Answer refused = publishUntilRefused("full");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("type").asString()).isEqualTo("/problems/storage-full");
        List<JsonNode> results = node.api()
                .importRoster(People.roster("roster", 500))
                .collectList()
                .blockOptional(TIMEOUT)
                .orElseThrow();
        assertThat(results).hasSize(500).anySatisfy(result -> {
            assertThat(result.path("status").asString()).isEqualTo("error");
            assertThat(result.path("error").asString()).contains("disk of the node's database is full");
        });
        results.stream()
                .filter(result -> result.path("status").asString().equals("published"))
                .forEach(result -> published.add(result.path("username").asString()));
        assertThat(node.api().lookUp("before").status()).isEqualTo(200);
        assertThat(node.api().lookUp("nobody").status()).isEqualTo(404);

        exhaustTheWriteAheadLog();
        await("the database server is down, or has no room")
                .atMost(TIMEOUT)
                .until(() -> publish("down").status() == 503);
        node.freeDisk();
        await("the node publishes again")
                .atMost(TIMEOUT)
                .until(() -> publish("after").status() == 201);

        await("the node finds again")
                .atMost(TIMEOUT)
                .until(() -> node.api().lookUp("before").status() == 200);
        assertThat(published)
                .allSatisfy(username -> assertThat(node.api().lookUp(username).status())
                        .as(username)
                        .isEqualTo(200));
        assertThat(node.logged()).doesNotContain("\tat ");
    }

    /** PostgreSQL cannot go on without a new segment of its log: it panics. It may find room to start again, or end. */
    private void exhaustTheWriteAheadLog() throws Exception {
        Path data = node.onItsDisk(node.dataDirectory());
        String password = Files.readString(data.resolve("postgres-password")).strip();
        String port = Files.readAllLines(data.resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();
        long panics = panics(data);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "grapevine", password);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < MANY; i++) {
                statement.execute("SELECT pg_logical_emit_message(false, 'full', repeat('x', 1000000))");
                node.fillDisk();
            }
        } catch (SQLException gone) {
            await("it has panicked").atMost(TIMEOUT).until(() -> panics(data) > panics);
        }
    }

    /** In what is left of the server's log: the disk is full. */
    private static long panics(Path data) throws IOException {
        long panics = 0;
        for (String name : List.of("postgres.log", "postgres.log.old")) {
            Path log = data.resolve(name);
            panics += Files.exists(log)
                    ? Files.readAllLines(log).stream()
                            .filter(line -> line.contains("PANIC"))
                            .count()
                    : 0;
        }
        return panics;
    }

    private Answer publishUntilRefused(String prefix) {
        for (int i = 0; i < MANY; i++) {
            Answer answer = publish(prefix + i);
            if (answer.status() != 201) {
                return answer;
            }
        }
        throw new AssertionError("the disk is not full");
    }

    private Answer publish(String username) {
        Answer answer = node.api().publish(People.named(username, "x".repeat(200)));
        if (answer.status() == 201) {
            published.add(username);
        }
        return answer;
    }

    /** One page holds one small file, so that each size is exceeded by another file of the node. */
    @ParameterizedTest
    @ValueSource(strings = {"4k", "8k", "12k", "16k"})
    void aNodeThatFindsNoRoomForItsOwnFilesSaysSoInOneLineAndLeavesNoHalfOfOne(String size) {
        node = new NodeProcess("full", directory, "it-" + UUID.randomUUID())
                .withDatabase(TestPostgres.newDatabase())
                .onDisk(size)
                .start();

        assertThat(node.awaitExit()).isEqualTo(1);
        assertThat(node.logged())
                .contains("grapevine: the node cannot start:")
                .contains("No space left on device")
                .doesNotContain("\tat ");
        assertThat(node.leftOnDisk())
                .allSatisfy(file -> assertThat(file).doesNotContain(".new").doesNotContain(".tmp"));
    }
}
