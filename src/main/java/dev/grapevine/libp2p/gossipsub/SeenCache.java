package dev.grapevine.libp2p.gossipsub;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The ids of messages seen lately (v1.0, Message Cache: {@code seen}). Beyond its bound the oldest is forgotten. */
final class SeenCache {

    static final int MAX_IDS = 131_072;

    private final long ttlMillis;
    private final SequencedMap<MessageId, Long> expiries = new LinkedHashMap<>();

    SeenCache(long ttlMillis) {
        this.ttlMillis = ttlMillis;
    }

    /** @return whether the id is new */
    boolean add(MessageId id, long now) {
        expire(now);
        if (expiries.putIfAbsent(id, now + ttlMillis) != null) {
            return false;
        }
        if (expiries.size() > MAX_IDS) {
            expiries.pollFirstEntry();
        }
        return true;
    }

    boolean contains(MessageId id) {
        return expiries.containsKey(id);
    }

    void forget(MessageId id) {
        expiries.remove(id);
    }

    /** Drops what is past its time; the oldest come first, so it stops at the first that is not. */
    void expire(long now) {
        var oldest = expiries.values().iterator();
        while (oldest.hasNext() && oldest.next() <= now) {
            oldest.remove();
        }
    }

    int size() {
        return expiries.size();
    }
}
