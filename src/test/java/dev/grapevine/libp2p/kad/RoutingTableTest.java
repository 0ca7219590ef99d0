package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoutingTableTest {

    private static final int K = 4;
    private static final PeerId SELF = TestPeers.id(0);

    /** Of the bucket of those that share no bit. */
    private static final List<PeerId> FAR = IntStream.range(1, 200)
            .mapToObj(TestPeers::id)
            .filter(peer -> Key.of(SELF).commonPrefix(Key.of(peer)) == 0)
            .toList();

    private static final Optional<String> NOWHERE = Optional.empty();

    private final Counters counters = new Counters();
    private final RoutingTable table = new RoutingTable(SELF, K, counters);

    @Test
    void keepsTheOldInAFullBucketAndHasTheNewestWaitForTheirPlaces() {
        List<PeerId> old = FAR.subList(0, K);
        old.forEach(peer -> table.seen(peer, NOWHERE, 1));
        FAR.subList(K, 3 * K + 1).forEach(peer -> table.seen(peer, NOWHERE, 2));
        assertThat(table.closest(Key.of(SELF), 99)).containsExactlyInAnyOrderElementsOf(old);

        table.failed(old.getFirst());

        assertThat(table.size()).isEqualTo(K);
        assertThat(table.contains(old.getFirst())).isFalse();
        assertThat(table.contains(FAR.get(3 * K))).isTrue();
    }

    @Test
    void aPeerGoesAfterSomeFailuresInARowWhereNobodyWaits() {
        PeerId peer = FAR.getFirst();
        table.seen(peer, NOWHERE, 1);
        for (int i = 1; i < RoutingTable.MAX_FAILURES; i++) {
            table.failed(peer);
        }
        table.seen(peer, NOWHERE, 2);
        for (int i = 1; i < RoutingTable.MAX_FAILURES; i++) {
            table.failed(peer);
        }
        assertThat(table.contains(peer)).isTrue();

        table.failed(peer);
        assertThat(table.size()).isZero();
        assertThat(table.prefixes()).isEmpty();
    }

    @Test
    void givesEachSilentPeerToBeCheckedOnceInAWhile() {
        table.seen(FAR.get(0), NOWHERE, 0);
        table.seen(FAR.get(1), NOWHERE, 10);

        assertThat(table.stale(9, RoutingTable.STALE_MILLIS - 1)).isEmpty();
        assertThat(table.stale(9, RoutingTable.STALE_MILLIS)).containsExactly(FAR.get(0));
        assertThat(table.stale(1, RoutingTable.STALE_MILLIS + 10)).containsExactly(FAR.get(1));
        assertThat(table.stale(9, RoutingTable.STALE_MILLIS + 11)).isEmpty();
    }

    @Test
    void findsTheClosestOfAllBuckets() {
        List<PeerId> peers = IntStream.range(1, 60).mapToObj(TestPeers::id).toList();
        RoutingTable large = new RoutingTable(SELF, peers.size(), counters);
        peers.forEach(peer -> large.seen(peer, NOWHERE, 1));
        for (int i = 0; i < 50; i++) {
            Key target = i == 0 ? Key.of(SELF) : Key.of(new byte[] {(byte) i});
            assertThat(large.closest(target, i + 1))
                    .isEqualTo(peers.stream()
                            .sorted(Comparator.comparing(Key::of, target.closestFirst()))
                            .limit(i + 1)
                            .toList());
        }
    }

    @Test
    void neverHoldsThisPeerItself() {
        table.seen(SELF, NOWHERE, 1);
        assertThat(table.size()).isZero();
        table.failed(SELF);
        table.remove(SELF);
    }

    @Test
    void whoServesNoMoreMakesRoom() {
        FAR.subList(0, K + 1).forEach(peer -> table.seen(peer, NOWHERE, 1));
        table.remove(FAR.getFirst());
        assertThat(table.contains(FAR.get(K))).isTrue();
        table.remove(FAR.get(K));
        assertThat(table.size()).isEqualTo(K - 1);
    }

    @Test
    void oneNetworkFillsNoMoreThanHalfOfABucketAndOfThoseWhoWait() {
        Optional<String> crowd = Optional.of("c00002");
        FAR.subList(0, 20).forEach(peer -> table.seen(peer, crowd, 1));
        assertThat(table.size()).isEqualTo(K / 2);
        assertThat(counters.refusedPeers).isEqualTo(20 - K / 2);

        FAR.subList(20, 20 + K).forEach(peer -> table.seen(peer, Optional.of("other " + peer), 2));
        FAR.subList(40, 60).forEach(peer -> table.seen(peer, crowd, 3));
        FAR.subList(20, 20 + K / 2).forEach(table::failed);
        assertThat(inTable(FAR.subList(20, 20 + K)))
                .as("who waited took the places")
                .isEqualTo(K / 2);
        assertThat(inTable(FAR.subList(0, 20))).isEqualTo(K / 2);

        FAR.subList(0, K / 2).forEach(table::remove);
        table.seen(FAR.get(60), crowd, 4);
        assertThat(table.contains(FAR.get(60))).as("there is room again").isTrue();
    }

    @Test
    void peersThatAreNotInTheInternetMayFillABucket() {
        FAR.subList(0, K).forEach(peer -> table.seen(peer, NOWHERE, 1));
        assertThat(table.size()).isEqualTo(K);
        assertThat(counters.refusedPeers).isZero();
    }

    private long inTable(List<PeerId> peers) {
        return peers.stream().filter(table::contains).count();
    }
}
