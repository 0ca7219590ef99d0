package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookupTest {

    private static final int K = 3;
    private static final int ALPHA = 2;
    private static final Key TARGET = Key.of(new byte[] {1});
    private static final PeerId SELF = TestPeers.id(0);

    /** The closest first. */
    private static final List<PeerId> PEERS = IntStream.range(1, 600)
            .mapToObj(TestPeers::id)
            .sorted(Comparator.comparing(Key::of, TARGET.closestFirst()))
            .toList();

    @Test
    void asksTheClosestKnownSoManyAtATimeUntilTheKClosestHaveAnswered() {
        Lookup lookup = lookup(PEERS.get(10), PEERS.get(11), PEERS.get(12));
        assertThat(lookup.next()).containsExactly(PEERS.get(10), PEERS.get(11));
        assertThat(lookup.next()).isEmpty();

        assertThat(lookup.answered(PEERS.get(10), PEERS.subList(0, 2))).isTrue();
        assertThat(lookup.next()).containsExactly(PEERS.get(0));
        assertThat(lookup.answered(PEERS.get(0), PEERS.subList(0, 3))).isTrue();
        assertThat(lookup.next()).containsExactly(PEERS.get(1));
        lookup.answered(PEERS.get(1), List.of(SELF));
        assertThat(lookup.isOver()).isFalse();
        assertThat(lookup.next()).containsExactly(PEERS.get(2));
        lookup.answered(PEERS.get(2), PEERS.subList(0, 3));

        assertThat(lookup.isOver()).isTrue(); // although one farther away has yet to answer
        assertThat(lookup.closest()).isEqualTo(PEERS.subList(0, 3));
    }

    @Test
    void whoFailsCountsAsNotNamed() {
        Lookup lookup = lookup(PEERS.subList(0, 5).toArray(PeerId[]::new));
        while (!lookup.isOver()) {
            for (PeerId peer : lookup.next()) {
                if (PEERS.indexOf(peer) % 2 == 0) {
                    lookup.failed(peer);
                } else {
                    lookup.answered(peer, List.of());
                }
            }
        }
        assertThat(lookup.closest()).containsExactly(PEERS.get(1), PEERS.get(3));
    }

    @Test
    void takesNothingFromWhomItHasNotAsked() {
        Lookup lookup = lookup(PEERS.get(10));
        assertThat(lookup.answered(PEERS.get(10), List.of(PEERS.get(0)))).isFalse();
        lookup.failed(PEERS.get(10));
        assertThat(lookup.next()).containsExactly(PEERS.get(10));
        lookup.answered(PEERS.get(10), List.of());
        assertThat(lookup.answered(PEERS.get(10), List.of(PEERS.get(0)))).isFalse();
        assertThat(lookup.isOver()).isTrue();
    }

    @Test
    void believesWhoNamesPeersThatDoNotAnswerOnlyAFewTimes() {
        Lookup lookup = new Lookup(TARGET, SELF, 20, 10, List.of(PEERS.get(100), PEERS.get(101)));
        lookup.next();
        lookup.answered(PEERS.get(100), PEERS.subList(0, 20));
        lookup.answered(PEERS.get(101), PEERS.subList(15, 35));
        List<PeerId> asked = new ArrayList<>();
        while (!lookup.isOver()) {
            for (PeerId peer : lookup.next()) {
                asked.add(peer);
                if (PEERS.indexOf(peer) < 15) {
                    lookup.failed(peer);
                } else {
                    lookup.answered(peer, List.of());
                }
            }
        }

        assertThat(asked).startsWith(PEERS.get(0), PEERS.get(1), PEERS.get(2)).hasSize(Lookup.CREDIT + 20);
        assertThat(lookup.closest()).startsWith(PEERS.get(15)).hasSize(20);
    }

    @Test
    void endsHoweverManyAreNamed() {
        Lookup lookup = lookup(PEERS.get(599 - 1));
        int asked = 0;
        int named = 590;
        while (!lookup.isOver()) {
            for (PeerId peer : lookup.next()) {
                asked++;
                named = Math.max(0, named - 2);
                lookup.answered(peer, PEERS.subList(named, named + 2));
            }
        }
        assertThat(asked).isEqualTo(Lookup.MAX_ASKED);
    }

    private static Lookup lookup(PeerId... seeds) {
        return new Lookup(TARGET, SELF, K, ALPHA, List.of(seeds));
    }
}
