package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Validation.Pending;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way of a message through the router: checked, verified, judged, forwarded (v1.0, Message Processing). */
final class Reception {

    /** What a message may need besides its data: ids, topic, an RSA key and signature. */
    static final int MAX_OVERHEAD_BYTES = 2_048;

    private final PeerId self;
    private final GossipsubConfig config;
    private final Peers peers;
    private final Scores scores;
    private final Promises promises;
    private final SeenCache seen;
    private final MessageCache cache;
    private final Mesh mesh;
    private final Outbox out;
    private final Counters counters;
    private final Validation validation = new Validation();

    Reception(
            PeerId self,
            GossipsubConfig config,
            Peers peers,
            Scores scores,
            Promises promises,
            SeenCache seen,
            MessageCache cache,
            Mesh mesh,
            Outbox out,
            Counters counters) {
        this.self = self;
        this.config = config;
        this.peers = peers;
        this.scores = scores;
        this.promises = promises;
        this.seen = seen;
        this.cache = cache;
        this.mesh = mesh;
        this.out = out;
        this.counters = counters;
    }

    /** Whether the message need not be asked for. */
    boolean knows(MessageId id) {
        return seen.contains(id) || validation.contains(id);
    }

    /** How many messages are being checked. */
    int validating() {
        return validation.size();
    }

    void heartbeat(long now) {
        validation.expire(now, seen::forget);
    }

    void onMessage(PeerId source, Message message, long now) {
        counters.received++;
        MessageId id = message.id();
        promises.kept(id);
        if (!mesh.hasJoined(message.topic())) {
            counters.unwanted++;
            return;
        }
        Optional<PeerId> author = isShortEnough(message) ? StrictSign.authorIfComplete(message) : Optional.empty();
        if (author.isEmpty()) {
            reject(message.topic(), Set.of(source));
        } else if (author.get().equals(self)) {
            // v1.0, Message Processing: an own message that comes back is not forwarded
            counters.duplicates++;
        } else {
            check(id, author.get(), source, message, now);
        }
    }

    private boolean isShortEnough(Message message) {
        int maxDataBytes = config.limits().maxDataBytes();
        return message.data().length <= maxDataBytes && message.encoded().length <= maxDataBytes + MAX_OVERHEAD_BYTES;
    }

    private void check(MessageId id, PeerId author, PeerId source, Message message, long now) {
        if (seen.contains(id)) {
            counters.duplicates++;
            validation.noteDuplicate(id, message, source);
            scores.duplicate(id, source, now);
            return;
        }
        switch (validation.offer(id, message, author, source, now)) {
            case TAKEN -> out.add(new Output.Verify(id, source, message));
            case DUPLICATE -> counters.duplicates++;
            case FULL -> counters.overloaded++;
        }
    }

    void onVerified(Input.Verified answer, long now) {
        MessageId id = answer.id();
        if (!answer.valid() || seen.contains(id)) {
            Pending copy = validation.removeUnverified(id, answer.source());
            if (copy != null && !answer.valid()) {
                reject(copy.message().topic(), copy.senders());
            } else if (copy != null) {
                counters.duplicates++;
            }
            return;
        }
        Pending copy = validation.verified(id, answer.source());
        if (copy != null) {
            seen.add(id, now);
            sayUnwanted(id, copy);
            out.add(new Output.Deliver(id, delivered(copy, answer.source())));
        }
    }

    /**
     * Tells the mesh at once that no copy of a large message is wanted (v1.2). That waits for the signature, though not
     * for the verdict: ids can be guessed, so whoever forged a message that is still to come could have us refuse it.
     */
    private void sayUnwanted(MessageId id, Pending copy) {
        Message message = copy.message();
        if (message.encoded().length < config.limits().idontwantMinBytes()) {
            return;
        }
        for (PeerId to : receivers(copy)) {
            PeerState peer = peers.get(to);
            if (peer != null
                    && peer.version() == Version.V1_2
                    && peer.idontwantsTold < config.limits().maxIdontwantPerHeartbeat()) {
                peer.idontwantsTold++;
                counters.idontwantsSent++;
                out.idontwant(to, List.of(id));
            }
        }
    }

    private static PubsubMessage delivered(Pending copy, PeerId source) {
        Message message = copy.message();
        long seqno = ByteBuffer.wrap(message.seqno()).getLong();
        return new PubsubMessage(copy.author(), source, message.topic(), message.data(), seqno);
    }

    /** v1.1, Extended Validators. */
    void onJudged(MessageId id, Verdict verdict, long now) {
        Pending judged = validation.removeJudged(id);
        if (judged == null) {
            return;
        }
        switch (verdict) {
            case ACCEPT -> {
                counters.accepted++;
                scores.accepted(id, judged.message().topic(), judged.senders(), now);
                forward(id, judged);
            }
            case IGNORE -> counters.ignored++;
            case REJECT -> reject(judged.message().topic(), judged.senders());
        }
    }

    private void forward(MessageId id, Pending accepted) {
        cache.put(id, accepted.message());
        Set<PeerId> to = receivers(accepted);
        int all = to.size();
        to.removeIf(peer -> peers.isUnwanted(peer, id));
        counters.spared += all - to.size();
        counters.forwarded += to.size();
        out.message(to, accepted.message());
    }

    /** The mesh and direct peers, but neither the author nor those who have it (v1.0, Message Processing). */
    private Set<PeerId> receivers(Pending copy) {
        Message message = copy.message();
        Set<PeerId> to = new LinkedHashSet<>(mesh.of(message.topic()));
        to.addAll(peers.direct(message.topic(), config.directPeers()));
        to.remove(copy.author());
        to.removeAll(copy.senders());
        return to;
    }

    /** v1.1, P₄: held against everybody who sent just this message. */
    private void reject(String topic, Collection<PeerId> senders) {
        counters.rejected++;
        senders.forEach(sender -> scores.invalidMessage(topic, sender));
    }
}
