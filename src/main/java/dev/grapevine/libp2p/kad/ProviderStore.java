package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Who provides what, as this peer keeps it for others, for a time (specification kad-dht, "Content provider advertisement
 * and discovery"). Where it is full, the key farthest from this peer gives way.
 */
final class ProviderStore {

    /** Pairs of key and provider. */
    static final int MAX_RECORDS = 10_000;

    /** Providers of one key; beyond, the one that has said so longest ago gives way. */
    static final int MAX_PER_KEY = 100;

    /** Keys of one provider, lest one fill it alone; a further one is refused. */
    static final int MAX_PER_PEER = 1_000;

    /** Who does not say it again for so long provides no more. */
    static final long EXPIRY_MILLIS = TimeUnit.HOURS.toMillis(48);

    private final TreeMap<Key, Map<PeerId, Long>> providers;
    private final Map<PeerId, Integer> byPeer = new HashMap<>();
    private int size;

    ProviderStore(PeerId self) {
        this.providers = new TreeMap<>(Key.of(self).closestFirst());
    }

    /** @return false where the peer has too many, or it is full of what is closer */
    boolean add(Bytes key, PeerId peer, long now) {
        Key at = Key.of(key.array());
        Map<PeerId, Long> of = providers.computeIfAbsent(at, any -> new LinkedHashMap<>());
        boolean known = remove(of, peer);
        if (!known && byPeer.getOrDefault(peer, 0) >= MAX_PER_PEER) {
            providers.remove(at, Map.of());
            return false;
        }
        of.put(peer, now);
        byPeer.merge(peer, 1, Integer::sum);
        size++;
        if (of.size() > MAX_PER_KEY) {
            remove(of, of.keySet().iterator().next());
        }
        while (size > MAX_RECORDS) {
            Map<PeerId, Long> farthest = providers.pollLastEntry().getValue();
            List.copyOf(farthest.keySet()).forEach(each -> remove(farthest, each));
        }
        return providers.containsKey(at);
    }

    /** The providers of a key, who has said so last first. */
    List<PeerId> of(Bytes key) {
        return List.copyOf(providers.getOrDefault(Key.of(key.array()), Map.of()).keySet())
                .reversed();
    }

    void remove(Bytes key, PeerId peer) {
        Key at = Key.of(key.array());
        Map<PeerId, Long> of = providers.get(at);
        if (of != null) {
            remove(of, peer);
            providers.remove(at, Map.of());
        }
    }

    void expire(long now) {
        for (Map<PeerId, Long> of : providers.values()) {
            List<PeerId> over = of.entrySet().stream()
                    .filter(each -> now - each.getValue() >= EXPIRY_MILLIS)
                    .map(Map.Entry::getKey)
                    .toList();
            over.forEach(peer -> remove(of, peer));
        }
        providers.values().removeIf(Map::isEmpty);
    }

    private boolean remove(Map<PeerId, Long> of, PeerId peer) {
        if (of.remove(peer) == null) {
            return false;
        }
        size--;
        byPeer.computeIfPresent(peer, (any, count) -> count == 1 ? null : count - 1);
        return true;
    }

    int size() {
        return size;
    }
}
