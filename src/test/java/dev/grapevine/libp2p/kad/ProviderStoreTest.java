package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProviderStoreTest {

    private static final List<PeerId> PEERS = IntStream.rangeClosed(0, ProviderStore.MAX_PER_KEY + 1)
            .mapToObj(TestPeers::id)
            .toList();

    private final ProviderStore store = new ProviderStore(PEERS.getFirst());
    private final List<Bytes> keys = ValueStoreTest.closestFirst(ProviderStore.MAX_PER_PEER + 1);

    @Test
    void givesTheLatestFirstAndForgetsTheOldestAboveTheLimitOfAKey() {
        for (int i = 0; i <= ProviderStore.MAX_PER_KEY; i++) {
            assertThat(store.add(keys.getFirst(), PEERS.get(i), i)).isTrue();
        }
        store.add(keys.getFirst(), PEERS.get(5), 999);

        assertThat(store.of(keys.getFirst()))
                .hasSize(ProviderStore.MAX_PER_KEY)
                .startsWith(PEERS.get(5))
                .doesNotContain(PEERS.getFirst());
    }

    @Test
    void refusesAPeerThatProvidesTooMuch() {
        for (Bytes key : keys.subList(0, ProviderStore.MAX_PER_PEER)) {
            assertThat(store.add(key, PEERS.get(1), 0)).isTrue();
        }
        assertThat(store.add(keys.getLast(), PEERS.get(1), 0)).isFalse();
        assertThat(store.add(keys.getFirst(), PEERS.get(1), 1)).isTrue();
        assertThat(store.add(keys.getLast(), PEERS.get(2), 0)).isTrue();
        store.remove(keys.getFirst(), PEERS.get(1));
        assertThat(store.add(keys.getLast(), PEERS.get(1), 0)).isTrue();
        assertThat(store.size()).isEqualTo(ProviderStore.MAX_PER_PEER + 1);
    }

    @Test
    void keepsTheKeysClosestToThisPeerWhenItIsFull() {
        int each = ProviderStore.MAX_RECORDS / ProviderStore.MAX_PER_PEER;
        for (PeerId peer : PEERS.subList(1, each + 1)) {
            keys.subList(1, keys.size()).forEach(key -> store.add(key, peer, 0));
        }
        assertThat(store.size()).isEqualTo(ProviderStore.MAX_RECORDS);
        assertThat(store.add(keys.getFirst(), PEERS.getLast(), 0)).isTrue();

        assertThat(store.size()).isEqualTo(ProviderStore.MAX_RECORDS + 1 - each);
        assertThat(store.of(keys.getLast())).isEmpty();
        assertThat(store.of(keys.getFirst())).containsExactly(PEERS.getLast());
    }

    @Test
    void whoDoesNotSayItAgainInTimeProvidesNoMore() {
        store.add(keys.getFirst(), PEERS.get(1), 0);
        store.add(keys.getFirst(), PEERS.get(2), 0);
        store.add(keys.getFirst(), PEERS.get(2), 1);
        store.expire(ProviderStore.EXPIRY_MILLIS);

        assertThat(store.of(keys.getFirst())).containsExactly(PEERS.get(2));
        store.expire(ProviderStore.EXPIRY_MILLIS + 1);
        assertThat(store.size()).isZero();
    }
}
