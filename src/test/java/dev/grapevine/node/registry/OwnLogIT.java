package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a node begins to add to its own log. */
class OwnLogIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1);
    private final Sinks.Empty<Void> compared = Sinks.empty();
    private final Sinks.Empty<Void> fetched = Sinks.empty();
    private final List<LogEntry> announced = new CopyOnWriteArrayList<>();
    private VirtualTimeScheduler time;

    @BeforeEach
    void stopTime() {
        time = VirtualTimeScheduler.create();
    }

    @AfterEach
    void close() {
        node.close();
        time.dispose();
    }

    @Test
    void aNodeThatIsAloneBeginsAtOnce() {
        OwnLog log = started(false);

        assertThat(log.known().toFuture()).isDone();
        assertThat(node.frontier.head(node.identity.id()))
                .map(LogHead::sequence)
                .contains(0L);
    }

    @Test
    void aNodeWithPeersBeginsWhenItWasComparedWithOne() {
        OwnLog log = started(true);
        time.advanceTimeBy(OwnLog.PATIENCE.minusSeconds(1));
        assertThat(log.known().toFuture()).isNotDone();
        assertThat(node.frontier.head(node.identity.id())).isEmpty();

        compared.tryEmitEmpty();
        time.advanceTimeBy(OwnLog.LONGEST_FETCH.minusSeconds(1));
        assertThat(log.known().toFuture()).as("a long log takes its time").isNotDone();
        fetched.tryEmitEmpty();

        log.known().block(TestRegistry.PATIENCE);
        assertThat(announced).as("peers that compared before are told").hasSize(1);
        assertThat(node.frontier.head(node.identity.id()))
                .map(LogHead::sequence)
                .contains(0L);
    }

    @Test
    void aNodeWhosePeersAreAwayBeginsAfterHalfAMinute() {
        OwnLog log = started(true);

        time.advanceTimeBy(OwnLog.PATIENCE);

        log.known().block(TestRegistry.PATIENCE);
    }

    @Test
    void aNodeThatKnowsOthersHasHadPeersEvenIfNoneAreConfigured() {
        IssuerLogFixture other = new IssuerLogFixture(2);
        TestRegistry.await(node.intake.pulled(List.of(other.describe("Other")), TestRegistry.PEER));

        OwnLog log = started(false);

        assertThat(log.known().toFuture()).isNotDone();
    }

    private OwnLog started(boolean hasPeers) {
        OwnLog log = new OwnLog(
                node.identity,
                node.frontier,
                node.commits,
                () -> new OwnLogCheck() {
                    @Override
                    public boolean hasPeers() {
                        return hasPeers;
                    }

                    @Override
                    public Mono<Void> compared() {
                        return compared.asMono();
                    }

                    @Override
                    public Mono<Void> fetched() {
                        return fetched.asMono();
                    }
                },
                announced::addAll,
                time);
        log.start();
        return log;
    }
}
