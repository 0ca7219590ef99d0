package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** The mesh of each topic that this router has joined (v1.0, Peering State: {@code mesh}), and what keeps it whole. */
final class Mesh {

    private final GossipsubConfig.Mesh degrees;
    private final long pruneBackoffMillis;
    private final long unsubscribeBackoffMillis;
    private final RandomGenerator random;
    private final Peers peers;
    private final Backoffs backoffs;
    private final Graylist graylist;
    private final Outbox out;
    private final Counters counters;
    private final Map<String, Set<PeerId>> byTopic = new LinkedHashMap<>();

    Mesh(
            GossipsubConfig config,
            RandomGenerator random,
            Peers peers,
            Backoffs backoffs,
            Graylist graylist,
            Outbox out,
            Counters counters) {
        this.degrees = config.mesh();
        this.pruneBackoffMillis = config.timing().pruneBackoff().toMillis();
        this.unsubscribeBackoffMillis = config.timing().unsubscribeBackoff().toMillis();
        this.random = random;
        this.peers = peers;
        this.backoffs = backoffs;
        this.graylist = graylist;
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
                .filter(peer -> isCandidate(topic, mesh, peer, now))
                .limit(degrees.d())
                .forEach(peer -> graft(topic, mesh, peer));
        graftSome(topic, mesh, degrees.d() - mesh.size(), any -> true, now);
    }

    /** {@code LEAVE(topic)} (v1.0, Topic Membership), with the shorter back-off of v1.1. */
    void leave(String topic, long now) {
        Set<PeerId> mesh = byTopic.remove(topic);
        if (mesh != null) {
            mesh.forEach(peer -> sendPrune(topic, peer, unsubscribeBackoffMillis, now));
        }
    }

    /** GRAFT (v1.0, Message Processing; v1.1, PRUNE Backoff, Outbound Mesh Quotas, Spam Protection Measures). */
    void onGraft(String topic, PeerState peer, long now) {
        Set<PeerId> mesh = byTopic.get(topic);
        // v1.1, Spam Protection Measures: a GRAFT for an unknown topic is ignored
        if (mesh == null || mesh.contains(peer.id())) {
            return;
        }
        // v1.1, PRUNE Backoff: a GRAFT within the back-off is pruned at once, and extends it
        boolean early = backoffs.holds(topic, peer.id(), now);
        // v1.1, Outbound Mesh Quotas: a full mesh takes in only peers that this host dialled
        boolean full = mesh.size() >= degrees.high() && !peer.dialled();
        if (early || full) {
            sendPrune(topic, peer.id(), pruneBackoffMillis, now);
            return;
        }
        peer.subscribed(topic);
        mesh.add(peer.id());
    }

    /** PRUNE (v1.0, Message Processing; v1.1, PRUNE Backoff: the back-off that the peer names, else our own). */
    void onPrune(String topic, PeerId peer, long backoffSeconds, long now) {
        Set<PeerId> mesh = byTopic.get(topic);
        if (mesh == null) {
            return;
        }
        mesh.remove(peer);
        long millis =
                backoffSeconds == 0 ? pruneBackoffMillis : Math.min(backoffSeconds, Backoffs.MAX_MILLIS / 1000) * 1000;
        backoffs.add(topic, peer, millis, now);
    }

    /** The peer has left the topic. */
    void onUnsubscribed(String topic, PeerId peer) {
        Set<PeerId> mesh = byTopic.get(topic);
        if (mesh != null) {
            mesh.remove(peer);
        }
    }

    /** The peer is gone. */
    void remove(PeerId peer) {
        byTopic.values().forEach(mesh -> mesh.remove(peer));
    }

    /** The peer shall not be in any mesh for a while. */
    void expel(PeerId peer, long backoffMillis, long now) {
        byTopic.forEach((topic, mesh) -> {
            if (mesh.remove(peer)) {
                sendPrune(topic, peer, backoffMillis, now);
            }
        });
    }

    /** Says again what the peer should know, after a stream to it was lost. */
    void repeatGrafts(PeerId peer) {
        byTopic.forEach((topic, mesh) -> {
            if (mesh.contains(peer)) {
                out.graft(peer, topic);
            }
        });
    }

    /** Mesh maintenance (v1.0, Mesh Maintenance; v1.1, Outbound Mesh Quotas). */
    void heartbeat(long now) {
        byTopic.forEach((topic, mesh) -> {
            if (mesh.size() < degrees.low()) {
                graftSome(topic, mesh, degrees.d() - mesh.size(), any -> true, now);
            } else if (mesh.size() > degrees.high()) {
                pruneToD(topic, mesh, now);
            }
            long dialled = mesh.stream().filter(peers::isDialled).count();
            if (mesh.size() >= degrees.low() && dialled < degrees.out()) {
                graftSome(topic, mesh, degrees.out() - (int) dialled, PeerState::dialled, now);
            }
        });
    }

    private boolean isCandidate(String topic, Set<PeerId> mesh, PeerId peer, long now) {
        return !mesh.contains(peer) && !backoffs.mayStillHold(topic, peer, now) && !graylist.ignores(peer, now);
    }

    private void graftSome(String topic, Set<PeerId> mesh, int count, Predicate<PeerState> filter, long now) {
        if (count <= 0) {
            return;
        }
        List<PeerId> candidates =
                peers.subscribedTo(topic, peer -> filter.test(peer) && isCandidate(topic, mesh, peer.id(), now));
        Collections.shuffle(candidates, random);
        candidates.stream().limit(count).forEach(peer -> graft(topic, mesh, peer));
    }

    private void graft(String topic, Set<PeerId> mesh, PeerId peer) {
        mesh.add(peer);
        counters.grafts++;
        out.graft(peer, topic);
    }

    private void pruneToD(String topic, Set<PeerId> mesh, long now) {
        List<PeerId> shuffled = new ArrayList<>(mesh);
        Collections.shuffle(shuffled, random);
        Set<PeerId> kept = new LinkedHashSet<>();
        shuffled.stream().filter(peers::isDialled).limit(degrees.out()).forEach(kept::add);
        for (PeerId peer : shuffled) {
            if (kept.size() < degrees.d() || kept.contains(peer)) {
                kept.add(peer);
            } else {
                sendPrune(topic, peer, pruneBackoffMillis, now);
            }
        }
        mesh.retainAll(kept);
    }

    private void sendPrune(String topic, PeerId peer, long backoffMillis, long now) {
        backoffs.add(topic, peer, backoffMillis, now);
        counters.prunes++;
        out.prune(peer, topic, backoffMillis);
    }
}
