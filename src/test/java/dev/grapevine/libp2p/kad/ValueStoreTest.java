package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueStoreTest {

    private static final PeerId SELF = TestPeers.id(0);
    private static final Bytes SMALL = new Bytes(new byte[] {1});

    private final ValueStore store = new ValueStore(SELF);

    @Test
    void keepsTheKeysClosestToThisPeerWhenThereAreTooMany() {
        List<Bytes> keys = closestFirst(ValueStore.MAX_RECORDS + 1);
        keys.subList(1, keys.size())
                .forEach(key -> assertThat(store.put(key, SMALL, 0)).isTrue());
        assertThat(store.put(keys.getFirst(), SMALL, 0)).isTrue();

        assertThat(store.size()).isEqualTo(ValueStore.MAX_RECORDS);
        assertThat(store.get(keys.getLast())).isEmpty();
        assertThat(store.put(keys.getLast(), SMALL, 0)).isFalse();
        assertThat(store.get(keys.getFirst())).contains(SMALL);
    }

    @Test
    void keepsNoMoreBytesThanItsLimit() {
        Bytes large = new Bytes(new byte[ValueStore.MAX_VALUE_BYTES]);
        List<Bytes> keys = closestFirst(ValueStore.MAX_BYTES / ValueStore.MAX_VALUE_BYTES);
        keys.forEach(key -> store.put(key, large, 0));

        assertThat(store.size()).isEqualTo(keys.size() - 1); // the keys count too
        assertThat(store.bytes()).isEqualTo(store.size() * (large.length() + Integer.BYTES));
        keys.forEach(key -> store.put(key, SMALL, 0));
        assertThat(store.bytes()).isEqualTo(keys.size() * (1 + Integer.BYTES));
    }

    @Test
    void dropsWhatIsNotPutAgainInTime() {
        store.put(key(1), SMALL, 0);
        store.put(key(2), SMALL, 1);
        store.expire(ValueStore.EXPIRY_MILLIS);

        assertThat(store.get(key(1))).isEmpty();
        assertThat(store.get(key(2))).isPresent();
        store.expire(ValueStore.EXPIRY_MILLIS + 1);
        assertThat(store.bytes()).isZero();
    }

    static List<Bytes> closestFirst(int count) {
        return IntStream.range(0, count)
                .mapToObj(ValueStoreTest::key)
                .sorted(Comparator.comparing(
                        key -> Key.of(key.array()), Key.of(SELF).closestFirst()))
                .toList();
    }

    private static Bytes key(int number) {
        return new Bytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }
}
