package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scores of all peers (v1.1, Peer Scoring): of those connected, and for a while of those that have gone. Direct peers
 * are above them (v1.1, Explicit Peering Agreements). Beyond its bound the peer that went first is forgotten.
 */
final class Scores {

    static final int MAX_RETAINED = 4_096;

    private final ScoreConfig config;
    private final Set<PeerId> direct;
    private final Colocation colocation;
    private final NearFirst nearFirst = new NearFirst();
    private final Map<PeerId, PeerScore> connected = new LinkedHashMap<>();
    private final SequencedMap<PeerId, Gone> gone = new LinkedHashMap<>();
    private long lastDecay = Long.MIN_VALUE;

    private record Gone(PeerScore score, long forgottenAt) {}

    /** @param direct peers whose score does not matter */
    Scores(ScoreConfig config, Set<PeerId> direct) {
        this.config = config;
        this.direct = direct;
        this.colocation = new Colocation(config.colocation());
    }

    void connected(PeerId peer, Multiaddr address) {
        colocation.connected(peer, address);
        if (!connected.containsKey(peer)) {
            Gone before = gone.remove(peer);
            connected.put(peer, before == null ? new PeerScore(peer, config) : before.score);
        }
    }

    /** The peer is gone, and out of every mesh. Its score stays as it is: going and coming back does not better it. */
    void disconnected(PeerId peer, long now) {
        colocation.disconnected(peer);
        PeerScore score = connected.remove(peer);
        if (score != null) {
            gone.put(peer, new Gone(score, now + config.retain().toMillis()));
            if (gone.size() > MAX_RETAINED) {
                gone.pollFirstEntry();
            }
        }
    }

    void grafted(String topic, PeerId peer, long now) {
        PeerScore score = find(peer);
        if (score != null) {
            score.in(topic).grafted(now);
        }
    }

    void leftMesh(String topic, PeerId peer) {
        PeerScore score = find(peer);
        if (score != null) {
            score.in(topic).leftMesh();
        }
    }

    /** @param senders who has delivered a message that was judged valid; the first of them first */
    void accepted(MessageId id, String topic, Collection<PeerId> senders, long now) {
        boolean first = true;
        for (PeerId sender : senders) {
            PeerScore score = find(sender);
            if (score != null && first) {
                score.in(topic).firstDelivery();
            } else if (score != null) {
                score.in(topic).meshDelivery();
            }
            first = false;
        }
        TopicScoreConfig.MeshDeliveries deliveries = config.topic(topic).meshDeliveries();
        if (!deliveries.isOff()) {
            nearFirst.add(id, topic, senders, now + deliveries.window().toMillis());
        }
    }

    /** The peer sent a message that was judged before. */
    void duplicate(MessageId id, PeerId sender, long now) {
        nearFirst.delivered(id, sender, now).ifPresent(topic -> {
            PeerScore score = find(sender);
            if (score != null) {
                score.in(topic).meshDelivery();
            }
        });
    }

    /** The peer sent a message that is malformed or forged. */
    void invalidMessage(String topic, PeerId sender) {
        PeerScore score = find(sender);
        if (score != null) {
            score.in(topic).invalidMessage();
        }
    }

    /** The peer grafted within the back-off, or broke a promise (P₇). */
    void misbehaved(PeerId peer) {
        PeerScore score = find(peer);
        if (score != null) {
            score.misbehaved();
        }
    }

    /** The application's opinion of a peer (P₅). */
    void rate(PeerId peer, double value) {
        PeerScore score = find(peer);
        if (score != null) {
            score.rate(value);
        }
    }

    void heartbeat(long now) {
        nearFirst.expire(now);
        gone.values().removeIf(each -> each.forgottenAt <= now);
        if (lastDecay == Long.MIN_VALUE) {
            lastDecay = now;
        }
        long interval = config.decayInterval().toMillis();
        long intervals = (now - lastDecay) / interval;
        if (intervals > 0) {
            lastDecay += intervals * interval;
            connected.values().forEach(score -> score.decay(now, intervals));
        }
    }

    /** The peer's score; 0 where nothing is known of it. */
    double of(PeerId peer) {
        PeerScore score = find(peer);
        return score == null ? 0 : score.value(colocation.surplus(peer));
    }

    Standing standing(PeerId peer) {
        if (direct.contains(peer)) {
            return Standing.GOOD;
        }
        double score = of(peer);
        ScoreConfig.Thresholds thresholds = config.thresholds();
        if (score < thresholds.graylist()) {
            return Standing.GRAYLISTED;
        } else if (score < thresholds.publish()) {
            return Standing.UNPUBLISHED;
        } else if (score < thresholds.gossip()) {
            return Standing.UNGOSSIPED;
        }
        return score < 0 ? Standing.UNMESHED : Standing.GOOD;
    }

    boolean mayMesh(PeerId peer) {
        return standing(peer) == Standing.GOOD;
    }

    boolean mayGossip(PeerId peer) {
        return standing(peer).compareTo(Standing.UNGOSSIPED) < 0;
    }

    boolean mayPublish(PeerId peer) {
        return standing(peer).compareTo(Standing.UNPUBLISHED) < 0;
    }

    boolean isGraylisted(PeerId peer) {
        return standing(peer) == Standing.GRAYLISTED;
    }

    /** How many connected peers have which standing. */
    Map<Standing, Integer> standings() {
        Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
        connected.keySet().forEach(peer -> counts.merge(standing(peer), 1, Integer::sum));
        return counts;
    }

    /** The lowest score of a connected peer; 0 where there is none. */
    double lowest() {
        return connected.keySet().stream().mapToDouble(this::of).min().orElse(0);
    }

    int retained() {
        return gone.size();
    }

    private @Nullable PeerScore find(PeerId peer) {
        PeerScore score = connected.get(peer);
        if (score != null) {
            return score;
        }
        Gone left = gone.get(peer);
        return left == null ? null : left.score;
    }
}
