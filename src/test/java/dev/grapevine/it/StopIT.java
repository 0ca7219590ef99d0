package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** How a node ends: in order at the first SIGTERM, at once at the second; and how it does not even start. */
class StopIT {

    private static final int SIGTERM = 143;
    private static final int ROSTER = 3_000;
    private static final int CLIENTS = 4;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private NodeProcess node;

    @BeforeEach
    void prepare() {
        node = new NodeProcess("stopped", directory, "stop-" + UUID.randomUUID())
                .withDatabase(TestPostgres.newDatabase());
    }

    @AfterEach
    void end() {
        if (node.isAlive()) {
            node.kill();
        }
    }

    @Test
    void whatIsUnderWayIsFinishedAndAnsweredAndWhatWasAnsweredIsThere() throws Exception {
        node.start().awaitReady();
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        CountDownLatch underWay = new CountDownLatch(100);
        CountDownLatch importEnded = new CountDownLatch(1);
        List<JsonNode> results = new ArrayList<>();
        Disposable roster = node.api()
                .importRoster(People.roster("roster", ROSTER))
                .doOnNext(result -> {
                    results.add(result);
                    underWay.countDown();
                })
                .doFinally(end -> importEnded.countDown())
                .subscribe(result -> {}, error -> {});
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = "client" + client + "-";
                clients.execute(() -> publishUntilRefused(prefix, answered));
            }
            assertThat(underWay.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await("publishes are under way").atMost(TIMEOUT).until(() -> answered.size() > CLIENTS);
            node.terminate();
            assertThat(importEnded.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            roster.dispose();
        }

        assertThat(node.awaitExit()).isEqualTo(SIGTERM);
        assertThat(results).as("the import was finished").hasSize(ROSTER);
        assertThatThrownBy(() -> node.api().lookUp("roster0")).isInstanceOf(IllegalStateException.class);

        node.start().awaitReady();
        assertThat(answered).allMatch(name -> node.api().lookUp(name).status() == 200);
        assertThat(results)
                .allMatch(result -> result.path("status").asString("").equals("published"));
        for (int i = 0; i < ROSTER; i += 100) {
            assertThat(node.api().lookUp("roster" + i).status()).isEqualTo(200);
        }
    }

    private void publishUntilRefused(String prefix, Queue<String> answered) {
        for (int i = 0; ; i++) {
            String name = prefix + i;
            try {
                if (node.api().publish(People.named(name, name)).status() != 201) {
                    return;
                }
                answered.add(name);
            } catch (IllegalStateException refused) {
                return;
            }
        }
    }

    @Test
    void aSecondSignalEndsANodeThatStillWaits() throws Exception {
        node.start().awaitReady();
        CountDownLatch underWay = new CountDownLatch(1);
        // The roster never ends.
        Disposable roster = node.api()
                .importPieces(Flux.just(People.named("ada", "Ada") + "\n").concatWith(Flux.never()))
                .subscribe(result -> underWay.countDown(), error -> {});
        try {
            assertThat(underWay.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            node.terminate();
            await("the node takes no more requests").atMost(TIMEOUT).until(() -> isClosed(node));
            assertThat(node.isAlive()).as("it waits for the roster").isTrue();
            long begin = System.nanoTime();
            node.terminate();
            assertThat(node.awaitExit()).isEqualTo(SIGTERM);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        } finally {
            roster.dispose();
        }
    }

    private static boolean isClosed(NodeProcess node) {
        try {
            node.api().lookUp("ada");
            return false;
        } catch (IllegalStateException refused) {
            return true;
        }
    }

    @Test
    void aNodeWithAMistypedSettingSaysSoInOneLineAndEndsWithOne() {
        node.with("GRAPEVINE_DB_ULR", "postgresql://db/grapevine")
                .withArguments("--grapevine.db.start-timeout=abc")
                .start();

        assertThat(node.awaitExit()).isEqualTo(1);
        assertThat(node.logged().strip().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "grapevine: the node cannot start: GRAPEVINE_DB_ULR is not a setting; did you mean GRAPEVINE_DB_URL?")
                .contains("grapevine.db.start-timeout cannot be 'abc': it is a duration such as 500ms, 30s, 5m or 2h.");
    }
}
