package dev.grapevine.it;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same when node and embedded database server are killed together, as when the power fails. */
class KillNodeAndDatabaseIT {

    @TempDir
    private Path directory;

    private NodeProcess node;
    private NodeProcess peer;

    @AfterEach
    void stop() {
        node.close();
        peer.close();
    }

    @Test
    void everyCommittedLineIsThereAfterTheRestartAndOnThePeerAndRepeatedRequestsAreDoneOnce() {
        String network = "it-" + UUID.randomUUID();
        node = new NodeProcess("node1", directory, network);
        peer = new NodeProcess("node2", directory, network).connectedTo(List.of(node));
        node.connectedTo(List.of(peer)).start();
        peer.start();
        node.awaitReady();
        peer.awaitReady();
        InterruptedImport roster = new InterruptedImport(node, "power");
        KeyedPosts posts = new KeyedPosts(node);
        posts.begin();
        roster.sendAndMeanwhile(node::killWithDatabase);

        node.start().awaitReady();

        roster.assertCommittedLinesAreOn(List.of(node, peer));
        posts.repeat();
        roster.sendAgain();
        roster.assertEveryLineIsOn(List.of(node, peer));
    }
}
