package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded database server is killed while the node runs, which starts it again and loses nothing. */
class DatabaseDiesIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private NodeProcess node;

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void theNodeStartsItAgainAndEveryCommittedLineIsThere() {
        node = new NodeProcess("node1", directory, "it-" + UUID.randomUUID());
        node.start().awaitReady();
        long first = node.postmaster();
        InterruptedImport roster = new InterruptedImport(node, "died");
        KeyedPosts posts = new KeyedPosts(node);
        posts.begin();

        roster.sendAndMeanwhile(node::killDatabase);

        await("the node publishes again").atMost(TIMEOUT).until(() -> publish("after") == 201);
        assertThat(node.postmaster()).isNotEqualTo(first);
        await("its log says so")
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(node.logged())
                        .contains("The embedded PostgreSQL has ended by itself; starting it again")
                        .contains("The embedded PostgreSQL runs again"));
        await("it is ready").atMost(TIMEOUT).until(() -> node.management().isReady());
        roster.assertCommittedLinesAreOn(List.of(node));
        posts.repeat();
        roster.sendAgain();
        roster.assertEveryLineIsOn(List.of(node));

        node.killDatabase();
        await("and a second time").atMost(TIMEOUT).until(() -> publish("again") == 201);
        roster.assertEveryLineIsOn(List.of(node));
    }

    private int publish(String username) {
        return node.api().publish(People.named(username, username)).status();
    }
}
