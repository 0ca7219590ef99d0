package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The peers that serve, in buckets by how many leading bits they share with this one, at most k in each. Who answers stays:
 * a newcomer to a full bucket waits until one of the old fails (Kademlia, section 2.2), so that nobody displaces peers that
 * are known to be good by making up many new ones. And of those that are in a bucket or wait, at most half of k are of one
 * network, so that no network alone fills it: as go-libp2p-kad-dht has it, though with more room, for many nodes may stand in
 * one data centre or behind one NAT.
 */
final class RoutingTable {

    /** A peer that was silent for so long is asked whether it is still there. */
    static final long STALE_MILLIS = 10 * 60_000;

    /** Failures in a row after which a peer goes even where nobody waits for its place. */
    static final int MAX_FAILURES = 3;

    private final Key self;
    private final int k;
    private final int maxPerNetwork;
    private final Counters counters;
    private final TreeMap<Integer, Bucket> buckets = new TreeMap<>();

    /** @param counters counts whom this refuses */
    RoutingTable(PeerId self, int k, Counters counters) {
        this.self = Key.of(self);
        this.k = k;
        this.maxPerNetwork = Math.max(1, k / 2);
        this.counters = counters;
    }

    /** Entries in the order in which they were last heard of. */
    private static final class Bucket {
        final Map<PeerId, Entry> live = new LinkedHashMap<>();
        final Map<PeerId, Entry> waiting = new LinkedHashMap<>();
    }

    private static final class Entry {
        final PeerId peer;
        final Key key;
        final Optional<String> network;
        long silentSinceMillis;
        int failures;

        Entry(PeerId peer, Key key, Optional<String> network) {
            this.peer = peer;
            this.key = key;
            this.network = network;
        }
    }

    /**
     * A peer serves, and is there now.
     *
     * @param network from which it comes; empty where that does not count
     */
    void seen(PeerId peer, Optional<String> network, long now) {
        Key key = Key.of(peer);
        int index = self.commonPrefix(key);
        if (index == Key.BITS) {
            return;
        }
        Bucket bucket = buckets.computeIfAbsent(index, i -> new Bucket());
        Entry entry = bucket.live.remove(peer);
        if (entry == null) {
            entry = bucket.waiting.remove(peer);
        }
        if (entry == null && isCrowded(bucket, network)) {
            counters.refusedPeers++;
            return;
        }
        if (entry == null) {
            entry = new Entry(peer, key, network);
        }
        entry.silentSinceMillis = now;
        entry.failures = 0;
        if (bucket.live.size() < k) {
            bucket.live.put(peer, entry);
        } else {
            bucket.waiting.put(peer, entry);
            if (bucket.waiting.size() > k) {
                bucket.waiting.remove(bucket.waiting.keySet().iterator().next());
            }
        }
    }

    private boolean isCrowded(Bucket bucket, Optional<String> network) {
        return network.isPresent()
                && Stream.of(bucket.live, bucket.waiting)
                                .flatMap(entries -> entries.values().stream())
                                .filter(entry -> entry.network.equals(network))
                                .count()
                        >= maxPerNetwork;
    }

    /** A peer has not answered. */
    void failed(PeerId peer) {
        Bucket bucket = bucket(peer);
        if (bucket == null) {
            return;
        }
        bucket.waiting.remove(peer);
        Entry entry = bucket.live.get(peer);
        if (entry != null && (++entry.failures >= MAX_FAILURES || !bucket.waiting.isEmpty())) {
            remove(bucket, peer);
        }
    }

    /** A peer does not serve any more. */
    void remove(PeerId peer) {
        Bucket bucket = bucket(peer);
        if (bucket != null) {
            bucket.waiting.remove(peer);
            remove(bucket, peer);
        }
    }

    private @Nullable Bucket bucket(PeerId peer) {
        return buckets.get(self.commonPrefix(Key.of(peer)));
    }

    /** Who waits and was heard of last takes the place. */
    private static void remove(Bucket bucket, PeerId peer) {
        if (bucket.live.remove(peer) != null && !bucket.waiting.isEmpty()) {
            Entry next = new ArrayList<>(bucket.waiting.values()).getLast();
            bucket.waiting.remove(next.peer);
            bucket.live.put(next.peer, next);
        }
    }

    /** The peers closest to a key, the closest first. */
    List<PeerId> closest(Key key, int count) {
        int prefix = self.commonPrefix(key);
        List<Entry> found = new ArrayList<>();
        // the one bucket of which each is closer to the key than this peer is, then those of the same distance as this
        // peer,
        // then the others, each of which is farther away than all before it
        add(buckets.subMap(prefix, prefix + 1), key, found);
        add(buckets.tailMap(prefix + 1), key, found);
        for (int i = prefix - 1; i >= 0 && found.size() < count; i--) {
            add(buckets.subMap(i, i + 1), key, found);
        }
        return found.stream().limit(count).map(entry -> entry.peer).toList();
    }

    private static void add(Map<Integer, Bucket> of, Key key, List<Entry> found) {
        of.values().stream()
                .flatMap(bucket -> bucket.live.values().stream())
                .sorted(Comparator.comparing(entry -> entry.key, key.closestFirst()))
                .forEach(found::add);
    }

    /** The peers that were silent for longest, and for {@link #STALE_MILLIS}; each is given once in that time. */
    List<PeerId> stale(int count, long now) {
        List<PeerId> found = new ArrayList<>();
        for (Bucket bucket : buckets.values()) {
            for (Entry entry : bucket.live.values()) {
                if (found.size() < count && now - entry.silentSinceMillis >= STALE_MILLIS) {
                    entry.silentSinceMillis = now;
                    found.add(entry.peer);
                }
            }
        }
        return found;
    }

    boolean contains(PeerId peer) {
        Bucket bucket = bucket(peer);
        return bucket != null && bucket.live.containsKey(peer);
    }

    /** How many leading bits the peers of each bucket that is not empty share with this one. */
    Set<Integer> prefixes() {
        Set<Integer> found = new HashSet<>();
        buckets.forEach((prefix, bucket) -> {
            if (!bucket.live.isEmpty()) {
                found.add(prefix);
            }
        });
        return found;
    }

    int size() {
        return buckets.values().stream().mapToInt(bucket -> bucket.live.size()).sum();
    }
}
