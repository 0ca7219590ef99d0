package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Whom a PRUNE offers, and who of those offered is dialled (v1.1, PRUNE Backoff and Peer Exchange). */
final class PeerExchange {

    /** Peers that one PRUNE offers: more than D_hi, so that who is pruned can form a full mesh; as many as go-libp2p has. */
    static final int MAX_OFFERED = 16;

    /** Peers offered that are dialled between two heartbeats. */
    static final int MAX_TAKEN_PER_HEARTBEAT = 16;

    private final PeerId self;
    private final GossipsubConfig config;
    private final RandomGenerator random;
    private final Peers peers;
    private final Scores scores;
    private final Outbox out;
    private final Counters counters;
    private int taken;

    PeerExchange(
            PeerId self,
            GossipsubConfig config,
            RandomGenerator random,
            Peers peers,
            Scores scores,
            Outbox out,
            Counters counters) {
        this.self = self;
        this.config = config;
        this.random = random;
        this.peers = peers;
        this.scores = scores;
        this.out = out;
        this.counters = counters;
    }

    /** Whom to offer a peer that finds no room: others of the topic, neither side with a negative score (v1.1, Score Thresholds). */
    List<PeerId> offer(String topic, PeerId to) {
        if (!config.peerExchange() || !peers.understandsBackoff(to) || !scores.mayMesh(to)) {
            return List.of();
        }
        List<PeerId> others = peers.subscribedTo(topic, peer -> !peer.id().equals(to) && scores.mayMesh(peer.id()));
        Collections.shuffle(others, random);
        return others.stream().limit(MAX_OFFERED).toList();
    }

    /** Has peers dialled that another one offers, where that one is trusted with it (v1.1, AcceptPXThreshold). */
    void take(PeerId from, List<PeerInfo> offered) {
        if (!config.peerExchange() || offered.isEmpty()) {
            return;
        }
        if (scores.of(from) <= config.scoring().thresholds().exchange()) {
            counters.refuse(Refusal.EXCHANGE_SCORE);
            return;
        }
        List<PeerInfo> wanted = new ArrayList<>(offered);
        wanted.removeIf(info -> info.peer().equals(self) || peers.get(info.peer()) != null);
        Collections.shuffle(wanted, random);
        List<PeerInfo> chosen =
                wanted.stream().limit(MAX_TAKEN_PER_HEARTBEAT - taken).toList();
        taken += chosen.size();
        if (!chosen.isEmpty()) {
            out.add(new Output.Connect(chosen));
        }
    }

    void heartbeat() {
        taken = 0;
    }
}
