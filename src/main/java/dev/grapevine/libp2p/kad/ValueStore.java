package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The values that this peer keeps for others, for a time. Where it is full, the key farthest from this peer gives way. */
final class ValueStore {

    static final int MAX_RECORDS = 1_000;

    /** Keys and values in all. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    static final int MAX_VALUE_BYTES = 64 * 1024;

    /** A value that is not put again for so long is dropped. */
    static final long EXPIRY_MILLIS = TimeUnit.HOURS.toMillis(48);

    private final TreeMap<Key, Stored> values;
    private int bytes;

    record Stored(Bytes key, Bytes value, long atMillis) {

        int length() {
            return key.length() + value.length();
        }
    }

    ValueStore(PeerId self) {
        this.values = new TreeMap<>(Key.of(self).closestFirst());
    }

    Optional<Bytes> get(Bytes key) {
        return stored(key).map(Stored::value);
    }

    Optional<Stored> stored(Bytes key) {
        return Optional.ofNullable(values.get(Key.of(key.array())));
    }

    /** Keeps a value in the place of the one before. @return false where it is full of what is closer */
    boolean put(Bytes key, Bytes value, long now) {
        Key at = Key.of(key.array());
        remove(at);
        Stored stored = new Stored(key, value, now);
        values.put(at, stored);
        bytes += stored.length();
        while (values.size() > MAX_RECORDS || bytes > MAX_BYTES) {
            remove(values.lastKey());
        }
        return values.containsKey(at);
    }

    void expire(long now) {
        values.values().removeIf(stored -> {
            boolean over = now - stored.atMillis() >= EXPIRY_MILLIS;
            bytes -= over ? stored.length() : 0;
            return over;
        });
    }

    private void remove(Key at) {
        Stored before = values.remove(at);
        bytes -= before == null ? 0 : before.length();
    }

    int size() {
        return values.size();
    }

    int bytes() {
        return bytes;
    }
}
