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

/** A node that starts anew finds its peers without a bootstrap list. */
class RememberedPeersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private NodeProcess first;
    private NodeProcess second;

    @BeforeEach
    void prepare() {
        String network = "it-" + UUID.randomUUID();
        first = new NodeProcess("first", directory, network).withDatabase(TestPostgres.newDatabase());
        second = new NodeProcess("second", directory, network).withDatabase(TestPostgres.newDatabase());
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void bothSidesOfAConnectionFindEachOtherAgain() {
        first.start();
        second.connectedTo(List.of(first)).start();
        first.awaitReady();
        second.awaitReady();
        awaitConnected(first, second);
        awaitConnected(second, first);

        first.close();
        second.connectedTo(List.of());
        second.close();
        second.start(); // has dialled the first
        first.start(); // was only ever dialled: it knows what the second has certified
        first.awaitReady();
        second.awaitReady();

        awaitConnected(first, second);
        awaitConnected(second, first);
        assertThat(second.logged()).doesNotContain("cannot be read").doesNotContain("cannot be saved");
    }

    private static void awaitConnected(NodeProcess node, NodeProcess other) {
        String peerId = other.api().status().path("peerId").asString();
        await(node.name() + " is connected with " + other.name())
                .atMost(PATIENCE)
                .until(() -> node.api()
                        .status()
                        .path("peers")
                        .valueStream()
                        .map(peer -> peer.path("peerId").asString())
                        .anyMatch(peerId::equals));
    }
}
