package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose database was restored from an older copy does not sign over what it has forgotten. */
class RestoredDatabaseIT {

    /** What gossip misses, the comparison that is made each minute finds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String ISSUER = "Restored";

    @TempDir
    private Path directory;

    private final String network = "it-" + UUID.randomUUID();
    private NodeProcess witness;
    private NodeProcess node;

    @BeforeEach
    void startWitness() {
        witness = new NodeProcess("witness", directory, network)
                .withDatabase(TestPostgres.newDatabase())
                .start()
                .awaitReady();
    }

    @AfterEach
    void stop() {
        witness.close();
        node.close();
    }

    @Test
    void aNodeOnAnOldCopyOfItsDatabaseFetchesItsOwnLogFromPeersAndGoesOn() {
        String database = TestPostgres.newDatabase();
        node = onDatabase(database).start().awaitReady();
        publish("early");
        node.close();
        String copy = TestPostgres.copyOf(database);

        node = onDatabase(database).start().awaitReady();
        publish("forgotten");
        awaitAtWitness("forgotten");
        node.close();

        node = onDatabase(copy).start().awaitReady();
        publish("afterwards");

        awaitAtWitness("afterwards");
        for (String username : List.of("early", "forgotten", "afterwards")) {
            assertThat(node.api().attestation(username, ISSUER)).as(username).isPresent();
        }
        assertThat(sequence(node, "afterwards")).isEqualTo(3).isEqualTo(sequence(witness, "afterwards"));
    }

    private NodeProcess onDatabase(String database) {
        return new NodeProcess("node", directory, network)
                .ofIssuer(ISSUER)
                .withDatabase(database)
                .connectedTo(List.of(witness));
    }

    private void publish(String username) {
        assertThat(node.api().publish(People.named(username, "Somebody")).status())
                .isEqualTo(201);
    }

    private void awaitAtWitness(String username) {
        await(username)
                .atMost(PATIENCE)
                .until(() -> witness.api().attestation(username, ISSUER).isPresent());
    }

    private static long sequence(NodeProcess at, String username) {
        return at.api()
                .attestation(username, ISSUER)
                .orElseThrow()
                .path("sequence")
                .asLong();
    }
}
