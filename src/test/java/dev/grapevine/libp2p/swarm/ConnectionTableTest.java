package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ConnectionTable.Input;
import dev.grapevine.libp2p.swarm.ConnectionTable.Output;
import dev.grapevine.libp2p.swarm.ConnectionTable.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {

    private static final int MAX_CONNECTIONS = 8;
    private static final ResourceLimits LIMITS = ResourceLimits.defaults().withMaxConnections(MAX_CONNECTIONS);
    private static final String RUN = "first run";
    private static final String NEXT_RUN = "second run";

    private final PeerId smaller = TestPeers.sorted(2).get(0);
    private final PeerId greater = TestPeers.sorted(2).get(1);
    private final ConnectionTable decider = new ConnectionTable(smaller, LIMITS);
    private final ConnectionTable other = new ConnectionTable(greater, LIMITS);

    @Test
    void tellsOfTheFirstConnectionAndOfTheLastOnesEnd() {
        assertThat(decider.handle(new Input.Opened(1, greater, RUN, true), 0))
                .containsExactly(new Output.Connected(greater));
        assertThat(decider.handle(new Input.Opened(2, greater, RUN, true), 0)).isEmpty();
        assertThat(decider.handle(new Input.Ended(1), 1)).isEmpty();
        assertThat(decider.handle(new Input.Ended(2), 2)).containsExactly(new Output.Disconnected(greater));
        assertThat(decider.handle(new Input.Ended(2), 3)).isEmpty();
        assertThat(decider.size()).isZero();
    }

    @Test
    void ofTwoDialledAtOnceBothSidesPreferTheSmallerPeersWhateverTheOrder() {
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);
        decider.handle(new Input.Opened(2, greater, RUN, false), 5);
        other.handle(new Input.Opened(2, smaller, RUN, true), 0);
        other.handle(new Input.Opened(1, smaller, RUN, false), 5);

        assertThat(decider.preferred(greater)).contains(1L);
        assertThat(other.preferred(smaller)).contains(1L);
    }

    @Test
    void onlyTheSmallerPeerClosesTheSurplusConnectionAndOnlyAfterAGrace() {
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);
        decider.handle(new Input.Opened(2, greater, RUN, false), 0);
        other.handle(new Input.Opened(1, smaller, RUN, false), 0);
        other.handle(new Input.Opened(2, smaller, RUN, true), 0);

        assertThat(decider.handle(new Input.Tick(), ConnectionTable.DRAIN_MILLIS - 1))
                .isEmpty();
        assertThat(decider.handle(new Input.Tick(), ConnectionTable.DRAIN_MILLIS))
                .containsExactly(new Output.Close(2, Reason.SURPLUS));
        assertThat(other.handle(new Input.Tick(), ConnectionTable.PATIENCE_MILLIS - 1))
                .isEmpty();
        assertThat(other.handle(new Input.Tick(), ConnectionTable.PATIENCE_MILLIS))
                .containsExactly(new Output.Close(2, Reason.SURPLUS));
    }

    @Test
    void aConnectionThatDoesNotTellOfItsPeersRunReplacesNone() {
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);

        assertThat(decider.handle(new Input.Opened(2, greater, "", true), 0)).isEmpty();
        assertThat(decider.handle(new Input.Opened(3, greater, RUN, true), 0))
                .doesNotContain(new Output.Disconnected(greater));
    }

    @Test
    void aPeerThatComesBackAfterARestartReplacesItsDeadConnection() {
        long later = ConnectionTable.SIMULTANEOUS_MILLIS;
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);
        decider.handle(new Input.Opened(2, greater, RUN, false), later);

        assertThat(decider.preferred(greater)).contains(2L);
        assertThat(decider.handle(new Input.Tick(), later + ConnectionTable.DRAIN_MILLIS))
                .containsExactly(new Output.Close(1, Reason.SURPLUS));
    }

    @Test
    void aPeerThatRestartsWhileDialsMayCrossReplacesItsFormerSelfAtOnceOnEitherSide() {
        for (ConnectionTable table : List.of(decider, other)) {
            PeerId peer = table == decider ? greater : smaller;
            table.handle(new Input.Opened(1, peer, RUN, true), 0);

            assertThat(table.handle(new Input.Opened(2, peer, NEXT_RUN, false), 1))
                    .containsExactly(
                            new Output.Disconnected(peer),
                            new Output.Close(1, Reason.RESTARTED),
                            new Output.Connected(peer));
            assertThat(table.preferred(peer)).contains(2L);
            assertThat(table.handle(new Input.Ended(1), 2)).isEmpty();
            assertThat(table.handle(new Input.Tick(), ConnectionTable.PATIENCE_MILLIS + 1))
                    .isEmpty();
            assertThat(table.handle(new Input.Ended(2), 3)).containsExactly(new Output.Disconnected(peer));
            assertThat(table.size()).isZero();
        }
    }

    @Test
    void aConnectionOfAnEarlierRunIsNeverPreferredAgain() {
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);
        decider.handle(new Input.Opened(2, greater, NEXT_RUN, false), 1);

        assertThat(decider.handle(new Input.Ended(2), 2)).containsExactly(new Output.Disconnected(greater));
        assertThat(decider.preferred(greater)).isEmpty();
        assertThat(decider.handle(new Input.Ended(1), 3)).isEmpty();
        assertThat(decider.size()).isZero();
    }

    @Test
    void aSurplusConnectionIsKeptWhereThePreferredOneEndsFirst() {
        decider.handle(new Input.Opened(1, greater, RUN, true), 0);
        decider.handle(new Input.Opened(2, greater, RUN, false), 0);
        decider.handle(new Input.Ended(1), 10);

        assertThat(decider.preferred(greater)).contains(2L);
        assertThat(decider.handle(new Input.Tick(), ConnectionTable.DRAIN_MILLIS))
                .isEmpty();
    }

    @Test
    void refusesTheConnectionAboveTheLimitAndTakesOneAgainWhenThereIsRoom() {
        List<PeerId> peers = TestPeers.sorted(MAX_CONNECTIONS + 2);
        ConnectionTable table = new ConnectionTable(peers.get(0), LIMITS);
        for (int i = 1; i <= MAX_CONNECTIONS; i++) {
            table.handle(new Input.Opened(i, peers.get(i), RUN, false), 0);
        }

        Input oneMore = new Input.Opened(99, peers.get(MAX_CONNECTIONS + 1), RUN, false);
        assertThat(table.handle(oneMore, 0)).containsExactly(new Output.Close(99, Reason.LIMIT));
        assertThat(table.size()).isEqualTo(MAX_CONNECTIONS);

        table.handle(new Input.Ended(3), 0);
        assertThat(table.handle(oneMore, 0)).hasOnlyElementsOfType(Output.Connected.class);
    }

    @Test
    void refusesItself() {
        assertThat(decider.handle(new Input.Opened(1, smaller, RUN, true), 0))
                .containsExactly(new Output.Close(1, Reason.SELF));
        assertThat(decider.peers()).isEmpty();
    }

    @Test
    void closesTheOldestWhereOnePeerBringsTooManyConnections() {
        for (int i = 1; i <= LIMITS.maxConnectionsPerPeer(); i++) {
            other.handle(new Input.Opened(i, smaller, RUN, false), i);
        }

        assertThat(other.handle(new Input.Opened(9, smaller, RUN, false), 9))
                .containsExactly(new Output.Close(1, Reason.SURPLUS));
        assertThat(other.preferred(smaller)).contains(9L);
    }

    @Test
    void twoPeersThatDialEachOtherAtAnyTimesAlwaysEndUpWithOneConnectionBothCanUse() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            Pair pair = new Pair(smaller, greater);
            int dials = 2 + random.nextInt(3);
            for (int id = 1; id <= dials; id++) {
                boolean bySmaller = random.nextBoolean();
                long atSmaller = random.nextInt(3_000);
                long atGreater = Math.max(0, atSmaller + random.nextInt(400) - 200);
                pair.arrive(id, bySmaller, atSmaller, atGreater);
            }
            pair.run(60_000);
            assertThat(pair.open).as("connections left with seed %d", seed).hasSize(1);
            assertThat(pair.left.preferred(greater)).as("seed %d", seed).contains(pair.open.getFirst());
            assertThat(pair.right.preferred(smaller)).as("seed %d", seed).contains(pair.open.getFirst());
        }
    }

    /** Two tables joined by connections whose ends show up, and vanish, at different times. */
    private static final class Pair {

        private static final long LATENCY_MILLIS = 100;

        private final PeerId smaller;
        private final PeerId greater;
        private final ConnectionTable left;
        private final ConnectionTable right;
        private final List<Event> events = new ArrayList<>();
        private final List<Long> open = new ArrayList<>();

        private record Event(long atMillis, boolean atLeft, Input input) {}

        Pair(PeerId smaller, PeerId greater) {
            this.smaller = smaller;
            this.greater = greater;
            left = new ConnectionTable(smaller, LIMITS);
            right = new ConnectionTable(greater, LIMITS);
        }

        void arrive(long id, boolean bySmaller, long atSmaller, long atGreater) {
            open.add(id);
            events.add(new Event(atSmaller, true, new Input.Opened(id, greater, RUN, bySmaller)));
            events.add(new Event(atGreater, false, new Input.Opened(id, smaller, RUN, !bySmaller)));
        }

        void run(long untilMillis) {
            for (long now = 0; now <= untilMillis; now += 10) {
                List<Event> due = new ArrayList<>();
                for (Event event : List.copyOf(events)) {
                    if (event.atMillis <= now) {
                        due.add(event);
                        events.remove(event);
                    }
                }
                if (now % 500 == 0) {
                    due.add(new Event(now, true, new Input.Tick()));
                    due.add(new Event(now, false, new Input.Tick()));
                }
                for (Event event : due) {
                    handle(event, now);
                }
            }
        }

        private void handle(Event event, long now) {
            for (Output output : (event.atLeft ? left : right).handle(event.input, now)) {
                if (output instanceof Output.Close close) {
                    open.remove(close.id());
                    events.add(new Event(now, event.atLeft, new Input.Ended(close.id())));
                    events.add(new Event(now + LATENCY_MILLIS, !event.atLeft, new Input.Ended(close.id())));
                }
            }
        }
    }
}
