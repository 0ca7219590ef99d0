package dev.grapevine.keys;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What was worked out for the keys that came last; the same few issuers sign most of what comes. Safe for use by several
 * threads.
 */
final class Recent<K, V> {

    private static final int MAX = 1024;

    private final Map<K, V> values = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MAX;
        }
    });

    /** The value of a key; worked out where it is not remembered, by several threads at once where it must be. */
    V get(K key, Function<K, V> working) {
        V known = values.get(key);
        if (known == null) {
            known = working.apply(key);
            values.put(key, known);
        }
        return known;
    }
}
