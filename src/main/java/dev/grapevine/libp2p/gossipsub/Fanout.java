package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Who gets the messages of topics that are published to but not joined (v1.0, Peering State: {@code fanout}), where
 * flood publishing is off. Beyond its bound the topic that was published to longest ago goes.
 */
final class Fanout {

    static final int MAX_TOPICS = 256;

    private final int d;
    private final long ttlMillis;
    private final RandomGenerator random;
    private final Peers peers;
    private final Scores scores;
    private final SequencedMap<String, Entry> byTopic = new LinkedHashMap<>();

    private record Entry(Set<PeerId> peers, long lastPublished) {}

    Fanout(GossipsubConfig config, RandomGenerator random, Peers peers, Scores scores) {
        this.d = config.mesh().d();
        this.ttlMillis = config.timing().fanoutTtl().toMillis();
        this.random = random;
        this.peers = peers;
        this.scores = scores;
    }

    Set<String> topics() {
        return byTopic.keySet();
    }

    Set<PeerId> of(String topic) {
        Entry entry = byTopic.get(topic);
        return entry == null ? Set.of() : entry.peers;
    }

    /** The peers to publish to now (v1.0, Message Processing). */
    Set<PeerId> publishTo(String topic, long now) {
        Entry before = byTopic.remove(topic);
        Set<PeerId> members = before == null ? new LinkedHashSet<>() : before.peers;
        if (members.isEmpty()) {
            fill(topic, members);
        }
        byTopic.put(topic, new Entry(members, now));
        if (byTopic.size() > MAX_TOPICS) {
            byTopic.pollFirstEntry();
        }
        return members;
    }

    /** The topic is joined: its peers move to the mesh. */
    Set<PeerId> remove(String topic) {
        Entry entry = byTopic.remove(topic);
        return entry == null ? Set.of() : entry.peers;
    }

    void onUnsubscribed(String topic, PeerId peer) {
        Entry entry = byTopic.get(topic);
        if (entry != null) {
            entry.peers.remove(peer);
        }
    }

    void remove(PeerId peer) {
        byTopic.values().forEach(entry -> entry.peers.remove(peer));
    }

    /** Fanout maintenance (v1.0, Fanout Maintenance). */
    void heartbeat(long now) {
        byTopic.values().removeIf(entry -> now - entry.lastPublished > ttlMillis);
        byTopic.forEach((topic, entry) -> {
            entry.peers.removeIf(peer -> !scores.mayPublish(peer));
            fill(topic, entry.peers);
        });
    }

    private void fill(String topic, Set<PeerId> members) {
        int missing = d - members.size();
        if (missing <= 0) {
            return;
        }
        List<PeerId> candidates =
                peers.subscribedTo(topic, peer -> !members.contains(peer.id()) && scores.mayPublish(peer.id()));
        Collections.shuffle(candidates, random);
        members.addAll(candidates.subList(0, Math.min(missing, candidates.size())));
    }
}
