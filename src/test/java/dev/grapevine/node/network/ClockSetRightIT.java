package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.RegistryState.Completeness;
import dev.grapevine.testapi.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node starts with a clock that is 30 years off, and somebody sets it right: it hears peers before, and compares with them after. */
class ClockSetRightIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration YEARS = Duration.ofDays(30 * 365);

    private final IssuerLogFixture log = new IssuerLogFixture(1);
    private final MovableClock clock = new MovableClock();
    private final AtomicLong leapNanos = new AtomicLong();
    private final SyncNode honest = new SyncNode().start();

    @AfterEach
    void close() {
        honest.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void comparesBeforeAndAfter(int side) {
        log.describe("University");
        log.publish("ada");
        honest.logs.add(log.issuer, log.entries(0, 1));
        clock.moveTo(YEARS.multipliedBy(side));
        try (SyncNode here = new SyncNode(clock, () -> System.nanoTime() + leapNanos.get()).start()) {
            here.connect(honest);
            awaitCurrent(here, 1);
            assertThat(here.sync.clockAhead().orElseThrow())
                    .isCloseTo(YEARS.multipliedBy(side), PeerClocks.MAX_ROUND_TRIP);

            clock.moveTo(Duration.ZERO);
            honest.logs.add(log.issuer, log.entries(1, 2));
            leapNanos.addAndGet(SyncState.COMPARE_EVERY.toNanos());
            awaitCurrent(here, 2);
            assertThat(here.sync.clockAhead().orElseThrow()).isCloseTo(Duration.ZERO, PeerClocks.MAX_ROUND_TRIP);
            assertThat(here.sync.comparedAge().orElseThrow()).isLessThan(PATIENCE);
            assertThat(here.sync.progress().registry().comparedAt().orElseThrow())
                    .isBetween(Instant.now().minus(PATIENCE), Instant.now());
        }
    }

    private void awaitCurrent(SyncNode here, int events) {
        await().atMost(PATIENCE).until(() -> here.logs.held(log.issuer) == events);
        await().atMost(PATIENCE).until(() -> here.sync.progress().registry().completeness() == Completeness.CURRENT);
    }
}
