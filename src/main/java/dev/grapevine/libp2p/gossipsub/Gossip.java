package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.IDontWant;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * IHAVE, IWANT, and IDONTWANT: who has which message (v1.0, Gossip Emission; v1.1, Adaptive Gossip Dissemination; v1.2).
 */
final class Gossip {

    private final GossipsubConfig config;
    private final GossipsubConfig.Limits limits;
    private final RandomGenerator random;
    private final Peers peers;
    private final Scores scores;
    private final MessageCache cache;
    private final Promises promises;
    private final Outbox out;
    private final Counters counters;

    Gossip(
            GossipsubConfig config,
            RandomGenerator random,
            Peers peers,
            Scores scores,
            MessageCache cache,
            Promises promises,
            Outbox out,
            Counters counters) {
        this.config = config;
        this.limits = config.limits();
        this.random = random;
        this.peers = peers;
        this.scores = scores;
        this.cache = cache;
        this.promises = promises;
        this.out = out;
        this.counters = counters;
    }

    /** Asks for what is new (v1.0, Message Processing), as far as the limits go (v1.1, Spam Protection Measures). */
    void onIHave(PeerState peer, IHave ihave, Predicate<MessageId> known, long now) {
        counters.ihavesHeard++;
        if (!scores.mayGossip(peer.id())) {
            counters.refuse(Refusal.IHAVE_SCORE);
            return;
        }
        if (++peer.ihavesHeard > limits.maxIhavePerHeartbeat() || peer.idsAsked >= limits.maxIdsPerHeartbeat()) {
            counters.refuse(Refusal.IHAVE_LIMIT);
            return;
        }
        List<MessageId> wanted = new ArrayList<>(
                ihave.ids().stream().filter(known.negate()).distinct().toList());
        List<MessageId> asked = pick(wanted, limits.maxIdsPerHeartbeat() - peer.idsAsked);
        if (!asked.isEmpty()) {
            peer.idsAsked += asked.size();
            counters.iwantsSent += asked.size();
            promises.made(peer.id(), asked.get(random.nextInt(asked.size())), now);
            out.iwant(peer.id(), asked);
        }
    }

    /** Sends what is asked for (v1.0, Message Processing), as far as the limits go (v1.1, Spam Protection Measures). */
    void onIWant(PeerState peer, IWant iwant) {
        if (!scores.mayGossip(peer.id())) {
            counters.refuse(Refusal.IWANT_SCORE);
            return;
        }
        for (MessageId id : iwant.ids()) {
            if (++peer.idsWanted > limits.maxIdsPerHeartbeat()
                    || peer.bytesRetransmitted >= limits.maxIwantBytesPerHeartbeat()) {
                counters.refuse(Refusal.IWANT_LIMIT);
                return;
            }
            peer.unwanted().remove(id);
            if (cache.contains(id)) {
                retransmit(peer, id);
            }
        }
    }

    private void retransmit(PeerState peer, MessageId id) {
        Message message = cache.retransmit(id, peer.id(), limits.maxRetransmissions());
        if (message == null) {
            counters.refuse(Refusal.IWANT_LIMIT);
            return;
        }
        peer.bytesRetransmitted += message.encoded().length;
        counters.retransmitted++;
        out.message(List.of(peer.id()), message);
    }

    /** Remembers what need not be sent to the peer (v1.2), as far as the limit goes. */
    void onIDontWant(PeerState peer, IDontWant idontwant) {
        if (++peer.idontwantsHeard > limits.maxIdontwantPerHeartbeat()) {
            counters.refuse(Refusal.IDONTWANT_LIMIT);
            return;
        }
        idontwant.ids().forEach(peer.unwanted()::add);
    }

    /**
     * Tells some of the topic's peers what has been seen of late.
     *
     * @param eager the peers that get every message of the topic in full
     */
    void emit(String topic, Set<PeerId> eager) {
        List<MessageId> ids = cache.gossipIds(topic);
        if (ids.isEmpty()) {
            return;
        }
        List<PeerId> others = peers.subscribedTo(
                topic,
                peer -> !eager.contains(peer.id())
                        && !config.directPeers().contains(peer.id())
                        && scores.mayGossip(peer.id()));
        // v1.1, Adaptive Gossip Dissemination: a share of the peers, and no fewer than D_lazy
        int count = Math.max(config.mesh().lazy(), (int) (config.mesh().gossipFactor() * others.size()));
        for (PeerId id : pick(others, count)) {
            PeerState peer = peers.get(id);
            if (peer != null) {
                List<MessageId> told = pick(new ArrayList<>(ids), limits.maxIdsPerHeartbeat() - peer.idsTold);
                if (!told.isEmpty()) {
                    peer.idsTold += told.size();
                    out.ihave(id, topic, told);
                }
            }
        }
    }

    /** Some of the list at random, all of it where they are few enough. */
    private <T> List<T> pick(List<T> from, int count) {
        if (from.size() <= count) {
            return from;
        }
        Collections.shuffle(from, random);
        return List.copyOf(from.subList(0, Math.max(0, count)));
    }
}
