package dev.grapevine.node.network;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A sum for each constant of an enumeration. Any thread may add, and ask. */
final class Counts<K extends Enum<K>> {

    private final Map<K, LongAdder> sums;

    Counts(Class<K> keys) {
        sums = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            sums.put(key, new LongAdder());
        }
    }

    void add(K key, long amount) {
        sum(key).add(amount);
    }

    long of(K key) {
        return sum(key).sum();
    }

    private LongAdder sum(K key) {
        LongAdder sum = sums.get(key);
        if (sum == null) {
            throw new IllegalStateException("no count of " + key);
        }
        return sum;
    }
}
