package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** The mesh of each topic that this router has joined (v1.0, Peering State: {@code mesh}): who comes in, who goes. */
final class Mesh {

    private final GossipsubConfig config;
    private final long pruneBackoffMillis;
    private final RandomGenerator random;
    private final Peers peers;
    private final Backoffs backoffs;
    private final Scores scores;
    private final PeerExchange exchange;
    private final Outbox out;
    private final Counters counters;
    private final Map<String, Set<PeerId>> byTopic = new LinkedHashMap<>();

    Mesh(
            GossipsubConfig config,
            RandomGenerator random,
            Peers peers,
            Backoffs backoffs,
            Scores scores,
            PeerExchange exchange,
            Outbox out,
            Counters counters) {
        this.config = config;
        this.pruneBackoffMillis = config.timing().pruneBackoff().toMillis();
        this.random = random;
        this.peers = peers;
        this.backoffs = backoffs;
        this.scores = scores;
        this.exchange = exchange;
        this.out = out;
        this.counters = counters;
    }

    boolean hasJoined(String topic) {
        return byTopic.containsKey(topic);
    }

    Set<String> topics() {
        return byTopic.keySet();
    }

    /** The topic's mesh, empty where the topic is not joined. */
    Set<PeerId> of(String topic) {
        return byTopic.getOrDefault(topic, Set.of());
    }

    /**
     * {@code JOIN(topic)} (v1.0, Topic Membership).
     *
     * @param fanout peers that were published to before, which come first
     */
    void join(String topic, Collection<PeerId> fanout, long now) {
        Set<PeerId> mesh = new LinkedHashSet<>();
        byTopic.put(topic, mesh);
        fanout.stream()
                .filter(peer -> isCandidate(topic, peer, now))
                .limit(config.mesh().d())
                .forEach(peer -> graft(topic, peer, now));
        graftSome(topic, config.mesh().d() - mesh.size(), any -> true, now);
    }

    /** {@code LEAVE(topic)} (v1.0, Topic Membership), with the shorter back-off of v1.1. */
    void leave(String topic, long now) {
        Set<PeerId> mesh = byTopic.remove(topic);
        if (mesh != null) {
            long backoffMillis = config.timing().unsubscribeBackoff().toMillis();
            mesh.forEach(peer -> {
                scores.leftMesh(topic, peer);
                sendPrune(topic, peer, backoffMillis, List.of(), now);
            });
        }
    }

    /** GRAFT (v1.0, Message Processing; v1.1, PRUNE Backoff, Outbound Mesh Quotas, Spam Protection Measures). */
    void onGraft(String topic, PeerState peer, long now) {
        Set<PeerId> mesh = byTopic.get(topic);
        if (mesh != null && mesh.contains(peer.id())) {
            return;
        }
        if (mesh == null) {
            // v1.1, Spam Protection Measures: a GRAFT for an unknown topic is ignored
            counters.refuse(Refusal.GRAFT_TOPIC);
        } else if (config.directPeers().contains(peer.id())) {
            // v1.1, Explicit Peering Agreements: it is an error, answered by PRUNE
            refuseGraft(topic, peer.id(), Refusal.GRAFT_DIRECT, now);
        } else if (backoffs.holds(topic, peer.id(), now)) {
            // v1.1, PRUNE Backoff: pruned at once, which extends the back-off, and held against the peer (P₇)
            scores.misbehaved(peer.id());
            refuseGraft(topic, peer.id(), Refusal.GRAFT_BACKOFF, now);
        } else if (!scores.mayMesh(peer.id())) {
            refuseGraft(topic, peer.id(), Refusal.GRAFT_SCORE, now);
        } else if (mesh.size() >= config.mesh().full() && !peer.dialled()) {
            // v1.1, Outbound Mesh Quotas: a full mesh takes in only peers that this host dialled
            refuseGraft(topic, peer.id(), Refusal.GRAFT_FULL, now);
        } else {
            peer.subscribed(topic);
            mesh.add(peer.id());
            scores.grafted(topic, peer.id(), now);
        }
    }

    private void refuseGraft(String topic, PeerId peer, Refusal why, long now) {
        counters.refuse(why);
        List<PeerId> others = why == Refusal.GRAFT_FULL ? exchange.offer(topic, peer) : List.of();
        sendPrune(topic, peer, pruneBackoffMillis, others, now);
    }

    /** PRUNE for a topic that is joined (v1.0, Message Processing; v1.1, PRUNE Backoff: the back-off that the peer names, else our own). */
    void onPrune(String topic, PeerId peer, long backoffSeconds, long now) {
        drop(topic, peer);
        long millis =
                backoffSeconds == 0 ? pruneBackoffMillis : Math.min(backoffSeconds, Backoffs.MAX_MILLIS / 1000) * 1000;
        backoffs.add(topic, peer, millis, now);
    }

    /** The peer has left the topic. */
    void onUnsubscribed(String topic, PeerId peer) {
        drop(topic, peer);
    }

    /** The peer is gone. */
    void remove(PeerId peer) {
        topics().forEach(topic -> drop(topic, peer));
    }

    /** Takes the peer out of the topic's mesh and tells it so. */
    void prune(String topic, PeerId peer, long now) {
        drop(topic, peer);
        sendPrune(topic, peer, pruneBackoffMillis, exchange.offer(topic, peer), now);
    }

    /** Says again what the peer should know, after a stream to it was lost. */
    void repeatGrafts(PeerId peer) {
        byTopic.forEach((topic, mesh) -> {
            if (mesh.contains(peer)) {
                out.graft(peer, topic);
            }
        });
    }

    /** Grafts some of the topic's peers that may be and for which the filter holds, chosen by chance. */
    void graftSome(String topic, int count, Predicate<PeerState> filter, long now) {
        if (count <= 0) {
            return;
        }
        List<PeerId> candidates =
                peers.subscribedTo(topic, peer -> filter.test(peer) && isCandidate(topic, peer.id(), now));
        Collections.shuffle(candidates, random);
        candidates.stream().limit(count).forEach(peer -> graft(topic, peer, now));
    }

    /** v1.1, Heartbeat Maintenance: peers with a negative score are not grafted; direct peers are in no mesh. */
    private boolean isCandidate(String topic, PeerId peer, long now) {
        return !of(topic).contains(peer)
                && !config.directPeers().contains(peer)
                && !backoffs.mayStillHold(topic, peer, now)
                && scores.mayMesh(peer);
    }

    private void graft(String topic, PeerId peer, long now) {
        of(topic).add(peer);
        scores.grafted(topic, peer, now);
        counters.grafts++;
        out.graft(peer, topic);
    }

    private void drop(String topic, PeerId peer) {
        Set<PeerId> mesh = byTopic.get(topic);
        if (mesh != null && mesh.remove(peer)) {
            scores.leftMesh(topic, peer);
        }
    }

    /** @param exchanged who is offered instead: only where there is no room (v1.1, PRUNE Backoff and Peer Exchange) */
    private void sendPrune(String topic, PeerId peer, long backoffMillis, List<PeerId> exchanged, long now) {
        backoffs.add(topic, peer, backoffMillis, now);
        counters.prunes++;
        out.prune(peer, topic, peers.understandsBackoff(peer) ? backoffMillis : 0, exchanged);
    }
}
