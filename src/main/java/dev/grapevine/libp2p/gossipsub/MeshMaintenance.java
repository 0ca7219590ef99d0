package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What the heartbeat does to keep each mesh whole and good (v1.0, Mesh Maintenance; v1.1, Heartbeat Maintenance). */
final class MeshMaintenance {

    private final GossipsubConfig.Mesh degrees;
    private final double opportunisticThreshold;
    private final long opportunisticMillis;
    private final RandomGenerator random;
    private final Peers peers;
    private final Scores scores;
    private final Mesh meshes;
    private long lastOpportunistic;

    MeshMaintenance(GossipsubConfig config, RandomGenerator random, Peers peers, Scores scores, Mesh meshes) {
        this.degrees = config.mesh();
        this.opportunisticThreshold = config.scoring().thresholds().opportunisticGraft();
        this.opportunisticMillis = config.timing().opportunisticGraft().toMillis();
        this.random = random;
        this.peers = peers;
        this.scores = scores;
        this.meshes = meshes;
    }

    void heartbeat(long now) {
        boolean opportunistic = now - lastOpportunistic >= opportunisticMillis;
        if (opportunistic) {
            lastOpportunistic = now;
        }
        for (String topic : meshes.topics()) {
            pruneNegative(topic, now);
            keepDegree(topic, now);
            keepDialled(topic, now);
            if (opportunistic) {
                graftBetter(topic, now);
            }
        }
    }

    private void pruneNegative(String topic, long now) {
        for (PeerId peer : List.copyOf(meshes.of(topic))) {
            if (!scores.mayMesh(peer)) {
                meshes.prune(topic, peer, now);
            }
        }
    }

    private void keepDegree(String topic, long now) {
        Set<PeerId> mesh = meshes.of(topic);
        if (mesh.size() < degrees.low()) {
            meshes.graftSome(topic, degrees.d() - mesh.size(), any -> true, now);
        } else if (mesh.size() > degrees.high()) {
            List<PeerId> leaving = new ArrayList<>(mesh);
            leaving.removeAll(survivors(mesh));
            leaving.forEach(peer -> meshes.prune(topic, peer, now));
        }
    }

    /** The best ones, and others by chance so that new peers have one; D_out of them dialled, where there are as many. */
    private Set<PeerId> survivors(Set<PeerId> mesh) {
        Map<PeerId, Double> scored = scored(mesh);
        List<PeerId> ranked = new ArrayList<>(mesh);
        Collections.shuffle(ranked, random);
        ranked.sort(Comparator.comparing(scored::get, Comparator.reverseOrder()));
        Collections.shuffle(ranked.subList(degrees.score(), ranked.size()), random);

        List<PeerId> kept = new ArrayList<>(ranked.subList(0, degrees.d()));
        List<PeerId> spare = new ArrayList<>(ranked.subList(degrees.d(), ranked.size()));
        spare.removeIf(peer -> !peers.isDialled(peer));
        long missing = degrees.out() - kept.stream().filter(peers::isDialled).count();
        for (int i = kept.size() - 1; i >= 0 && missing > 0 && !spare.isEmpty(); i--) {
            if (!peers.isDialled(kept.get(i))) {
                kept.set(i, spare.removeFirst());
                missing--;
            }
        }
        return new LinkedHashSet<>(kept);
    }

    /** v1.1, Outbound Mesh Quotas. */
    private void keepDialled(String topic, long now) {
        Set<PeerId> mesh = meshes.of(topic);
        long dialled = mesh.stream().filter(peers::isDialled).count();
        if (mesh.size() >= degrees.low() && dialled < degrees.out()) {
            meshes.graftSome(topic, degrees.out() - (int) dialled, PeerState::dialled, now);
        }
    }

    /** v1.1, Opportunistic Grafting. */
    private void graftBetter(String topic, long now) {
        List<Double> ranked = new ArrayList<>(scored(meshes.of(topic)).values());
        if (ranked.size() < 2) {
            return;
        }
        Collections.sort(ranked);
        double median = ranked.get(ranked.size() / 2);
        if (median < opportunisticThreshold) {
            meshes.graftSome(topic, degrees.opportunistic(), peer -> scores.of(peer.id()) > median, now);
        }
    }

    private Map<PeerId, Double> scored(Set<PeerId> mesh) {
        Map<PeerId, Double> scored = new HashMap<>();
        mesh.forEach(peer -> scored.put(peer, scores.of(peer)));
        return scored;
    }
}
