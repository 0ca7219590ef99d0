package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Who must not be grafted into which topic's mesh until when (v1.1, PRUNE Backoff). It outlives connections. Beyond its
 * bound the entry that was made first goes.
 */
final class Backoffs {

    static final int MAX_ENTRIES = 16_384;

    /** A peer that names a longer back-off is held to this one. */
    static final long MAX_MILLIS = 3_600_000;

    private final long slackMillis;
    private final SequencedMap<Key, Long> untils = new LinkedHashMap<>();

    private record Key(String topic, PeerId peer) {}

    /** @param slackMillis how much longer than agreed this side waits, for clocks and heartbeats that are not in step */
    Backoffs(long slackMillis) {
        this.slackMillis = slackMillis;
    }

    /** Starts or extends a back-off; it is never shortened. */
    void add(String topic, PeerId peer, long millis, long now) {
        untils.merge(new Key(topic, peer), now + Math.min(millis, MAX_MILLIS), Math::max);
        if (untils.size() > MAX_ENTRIES) {
            untils.pollFirstEntry();
        }
    }

    /** Whether the peer's GRAFT comes too early. */
    boolean holds(String topic, PeerId peer, long now) {
        return now < untils.getOrDefault(new Key(topic, peer), Long.MIN_VALUE);
    }

    /** Whether an own GRAFT could reach the peer too early: the slack counts as well. */
    boolean mayStillHold(String topic, PeerId peer, long now) {
        Long until = untils.get(new Key(topic, peer));
        return until != null && now < until + slackMillis;
    }

    void expire(long now) {
        untils.values().removeIf(until -> until + slackMillis <= now);
    }

    int size() {
        return untils.size();
    }
}
