package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/** A roster that is being imported on a node when that node is killed. */
final class InterruptedImport {

    private static final int PEOPLE = 5_000;
    private static final int COMMITTED_BEFORE_THE_KILL = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Set<String> COMMITTED = Set.of("published", "updated", "unchanged");

    private final NodeProcess node;
    private final List<String> roster;
    private final Queue<String> committed = new ConcurrentLinkedQueue<>();

    InterruptedImport(NodeProcess node, String prefix) {
        this.node = node;
        this.roster = People.roster(prefix, PEOPLE);
    }

    /** Sends the roster, and does the deed when some of it is committed and most is not. */
    void sendAndMeanwhile(Runnable deed) {
        CountDownLatch underWay = new CountDownLatch(COMMITTED_BEFORE_THE_KILL);
        CountDownLatch broken = new CountDownLatch(1);
        Disposable sending = node.api()
                .importRoster(roster)
                .doOnNext(result -> {
                    if (isCommitted(result)) {
                        committed.add(result.path("username").asString());
                        underWay.countDown();
                    }
                })
                .doFinally(end -> broken.countDown())
                .subscribe(result -> {}, expected -> {});
        try {
            assertThat(underWay.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .as("the import is under way")
                    .isTrue();
            deed.run();
            assertThat(broken.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                    .as("the connection broke")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            sending.dispose();
        }
        assertThat(committed).as("the kill came in the middle").hasSizeLessThan(PEOPLE);
    }

    /** Sends the whole roster once more; what is committed already must be answered as unchanged. */
    void sendAgain() {
        Set<String> before = Set.copyOf(committed);
        List<JsonNode> results = node.api()
                .importRoster(roster)
                .collectList()
                .blockOptional(TIMEOUT)
                .orElseThrow();
        assertThat(results).hasSize(PEOPLE).allMatch(InterruptedImport::isCommitted);
        assertThat(results)
                .filteredOn(result -> before.contains(result.path("username").asString()))
                .extracting(result -> result.path("status").asString())
                .containsOnly("unchanged");
    }

    void assertCommittedLinesAreOn(List<NodeProcess> nodes) {
        assertFound(committed.stream().toList(), nodes);
    }

    void assertEveryLineIsOn(List<NodeProcess> nodes) {
        assertFound(List.of(username(0), username(PEOPLE / 2), username(PEOPLE - 1)), nodes);
    }

    private void assertFound(List<String> usernames, List<NodeProcess> nodes) {
        for (NodeProcess holder : nodes) {
            await("the last one is on " + holder.name()).atMost(TIMEOUT).until(() -> isOn(holder, usernames.getLast()));
            assertThat(usernames.parallelStream()
                            .filter(name -> !isOn(holder, name))
                            .collect(Collectors.toList()))
                    .as("missing on %s of %d that node1 had answered as committed", holder.name(), usernames.size())
                    .isEmpty();
        }
    }

    private boolean isOn(NodeProcess holder, String username) {
        return holder.api().attestation(username, node.name()).isPresent();
    }

    private String username(int index) {
        return roster.get(index).replaceAll(".*\"username\":\"([^\"]*)\".*", "$1");
    }

    private static boolean isCommitted(JsonNode result) {
        return COMMITTED.contains(result.path("status").asString(""));
    }
}
