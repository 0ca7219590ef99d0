package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes sign with one issuer's key on two databases: both find out, and neither goes on. */
class TwoDatabasesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ISSUER = "Twice";

    @TempDir
    private Path directory;

    private final String network = "it-" + UUID.randomUUID();
    private NodeProcess one;
    private NodeProcess two;

    @BeforeEach
    void prepare() {
        one = new NodeProcess("one", directory, network).ofIssuer(ISSUER);
        two = new NodeProcess("two", directory, network).ofIssuer(ISSUER);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void bothStopPublishingAndSayWhatToDo() throws IOException {
        String database = TestPostgres.newDatabase();
        one.withDatabase(database).start().awaitReady();
        publish(one, "early");
        one.close();
        two.withDatabase(TestPostgres.copyOf(database));
        Files.createDirectories(two.dataDirectory());
        for (String file : List.of("issuer.id", "issuer.key", "issuer.secret", "recovery.pub")) {
            Files.copy(one.dataDirectory().resolve(file), two.dataDirectory().resolve(file));
        }
        one.start().awaitReady();
        publish(one, "here");
        two.start().awaitReady();
        publish(two, "there");
        two.close();

        two.connectedTo(List.of(one)).start().awaitReady();
        for (NodeProcess node : List.of(one, two)) {
            await(node.name() + " stops publishing").atMost(PATIENCE).untilAsserted(() -> {
                NodeApi.Answer refused = node.api().publish(People.named("more-" + UUID.randomUUID(), "Somebody"));
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.json().path("type").asString()).isEqualTo("/problems/log-forked");
                assertThat(refused.json().path("sequence").asLong()).isEqualTo(2);
            });
            assertThat(node.logged()).contains("issuer-key recover");
            assertThat(status(node, "early")).isEqualTo("active");
        }
        assertThat(status(one, "here")).isEqualTo("forked");
        assertThat(status(two, "there")).isEqualTo("forked");
    }

    private static void publish(NodeProcess node, String username) {
        assertThat(node.api().publish(People.named(username, "Somebody")).status())
                .isEqualTo(201);
    }

    private static String status(NodeProcess node, String username) {
        return node.api()
                .attestation(username, ISSUER)
                .map(shown -> shown.path("status").asString())
                .orElse("none");
    }
}
