package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import dev.grapevine.libp2p.gossipsub.Validation.Pending;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The gossipsub router: what happens goes in, what is to be done comes out. Without I/O, threads, or a clock of its own.
 */
final class GossipsubState {

    /** What a message may need besides its data: ids, topic, an RSA key and signature. */
    static final int MAX_OVERHEAD_BYTES = 2_048;

    private final PeerId self;
    private final GossipsubConfig config;
    private final Counters counters;
    private final Outbox out = new Outbox();
    private final Peers peers = new Peers();
    private final Graylist graylist = new Graylist();
    private final Validation validation = new Validation();
    private final SeenCache seen;
    private final MessageCache cache;
    private final Backoffs backoffs;
    private final Mesh mesh;
    private final Fanout fanout;
    private final Gossip gossip;

    /**
     * @param random decides who is grafted, pruned, and told
     * @param counters counts what happens
     */
    GossipsubState(PeerId self, GossipsubConfig config, RandomGenerator random, Counters counters) {
        GossipsubConfig.Timing timing = config.timing();
        this.self = self;
        this.config = config;
        this.counters = counters;
        this.seen = new SeenCache(timing.seenTtl().toMillis());
        this.cache = new MessageCache(timing.historyLength(), timing.historyGossip());
        // Two heartbeats of slack, so that a GRAFT never meets the peer's own clock a moment too early
        this.backoffs = new Backoffs(2 * timing.heartbeat().toMillis());
        this.mesh = new Mesh(config, random, peers, backoffs, graylist, out, counters);
        this.fanout = new Fanout(config, random, peers, graylist);
        this.gossip = new Gossip(config, random, peers, graylist, cache, out, counters);
    }

    /**
     * Handles what happened.
     *
     * @param now milliseconds on a clock that never goes back
     * @return what to do, in order
     */
    List<Output> handle(Input input, long now) {
        switch (input) {
            case Input.PeerAdded added -> onPeerAdded(added.peer(), added.dialled());
            case Input.PeerRemoved removed -> onPeerRemoved(removed.peer());
            case Input.StreamReopened reopened -> onStreamReopened(reopened.peer());
            case Input.Received received -> onReceived(received.peer(), received.rpc(), now);
            case Input.Verified verified -> onVerified(verified, now);
            case Input.Judged judged -> onJudged(judged.id(), judged.verdict(), now);
            case Input.Subscribe subscribe -> onSubscribe(subscribe.topic(), now);
            case Input.Unsubscribe unsubscribe -> onUnsubscribe(unsubscribe.topic(), now);
            case Input.Publish publish -> onPublish(publish.message(), now);
            case Input.Heartbeat heartbeat -> onHeartbeat(now);
        }
        return out.drain();
    }

    /** The joined topics and their meshes, as they are now. */
    Map<String, Set<PeerId>> meshes() {
        Map<String, Set<PeerId>> copy = new LinkedHashMap<>();
        mesh.topics().forEach(topic -> copy.put(topic, Set.copyOf(mesh.of(topic))));
        return copy;
    }

    /** Who has joined the topic, as far as this router is connected to them. */
    Set<PeerId> subscribers(String topic) {
        return Set.copyOf(peers.subscribedTo(topic, any -> true));
    }

    GossipsubMetrics metrics() {
        return GossipsubMetrics.of(counters, peers.all().size(), cache.size(), seen.size(), validation.size());
    }

    private void onPeerAdded(PeerId peer, boolean dialled) {
        if (peers.add(peer, dialled)) {
            sayHello(peer);
        }
    }

    /** Every new peer hears what this router has joined (v1.0, Ambient Peer Discovery: hello packet). */
    private void sayHello(PeerId peer) {
        mesh.topics().forEach(topic -> out.subscription(peer, true, topic));
    }

    private void onPeerRemoved(PeerId peer) {
        peers.remove(peer);
        mesh.remove(peer);
        fanout.remove(peer);
    }

    private void onStreamReopened(PeerId peer) {
        sayHello(peer);
        mesh.repeatGrafts(peer);
    }

    private void onReceived(PeerId from, Rpc rpc, long now) {
        PeerState peer = peers.get(from);
        if (peer == null) {
            return;
        }
        // What a peer says of itself is kept even while it is ignored: it will not say it again
        rpc.subscriptions().forEach(subscription -> onSubscription(peer, subscription));
        for (Prune prune : rpc.prunes()) {
            mesh.onPrune(prune.topic(), from, prune.backoffSeconds(), now);
        }
        if (graylist.ignores(from, now)) {
            counters.unwanted += rpc.publish().size();
            return;
        }
        // v1.0, Message Processing: first the payload, then control
        for (Message message : rpc.publish()) {
            onMessage(from, message, now);
        }
        for (IHave ihave : rpc.ihaves()) {
            if (mesh.hasJoined(ihave.topic())) {
                gossip.onIHave(peer, ihave, id -> seen.contains(id) || validation.contains(id));
            }
        }
        for (IWant iwant : rpc.iwants()) {
            gossip.onIWant(peer, iwant);
        }
        for (Graft graft : rpc.grafts()) {
            mesh.onGraft(graft.topic(), peer, now);
        }
    }

    private void onSubscription(PeerState peer, Subscription subscription) {
        if (subscription.subscribe()) {
            peer.subscribed(subscription.topic());
        } else {
            peer.unsubscribed(subscription.topic());
            mesh.onUnsubscribed(subscription.topic(), peer.id());
            fanout.onUnsubscribed(subscription.topic(), peer.id());
        }
    }

    private void onMessage(PeerId source, Message message, long now) {
        counters.received++;
        if (!mesh.hasJoined(message.topic())) {
            counters.unwanted++;
        } else if (!isWellFormed(message)) {
            reject(Set.of(source), now);
        } else if (PeerId.decode(message.from()).equals(self)) {
            // v1.0, Message Processing: an own message that comes back is not forwarded
            counters.duplicates++;
        } else {
            check(source, message, now);
        }
    }

    private boolean isWellFormed(Message message) {
        int maxDataBytes = config.limits().maxDataBytes();
        return message.data().length <= maxDataBytes
                && message.encoded().length <= maxDataBytes + MAX_OVERHEAD_BYTES
                && StrictSign.isComplete(message);
    }

    private void check(PeerId source, Message message, long now) {
        MessageId id = message.id();
        if (seen.contains(id)) {
            counters.duplicates++;
            validation.noteDuplicate(id, message, source);
            return;
        }
        switch (validation.offer(id, message, source, now)) {
            case TAKEN -> out.add(new Output.Verify(id, source, message));
            case DUPLICATE -> counters.duplicates++;
            case FULL -> counters.overloaded++;
        }
    }

    private void onVerified(Input.Verified answer, long now) {
        MessageId id = answer.id();
        if (!answer.valid() || seen.contains(id)) {
            Pending copy = validation.removeUnverified(id, answer.source());
            if (copy != null && !answer.valid()) {
                reject(copy.senders(), now);
            } else if (copy != null) {
                counters.duplicates++;
            }
            return;
        }
        Pending copy = validation.verified(id, answer.source());
        if (copy != null) {
            seen.add(id, now);
            out.add(new Output.Deliver(id, delivered(copy.message(), answer.source())));
        }
    }

    private static PubsubMessage delivered(Message message, PeerId source) {
        long seqno = ByteBuffer.wrap(message.seqno()).getLong();
        return new PubsubMessage(PeerId.decode(message.from()), source, message.topic(), message.data(), seqno);
    }

    /** v1.1, Extended Validators. */
    private void onJudged(MessageId id, Verdict verdict, long now) {
        Pending judged = validation.removeJudged(id);
        if (judged == null) {
            return;
        }
        switch (verdict) {
            case ACCEPT -> {
                counters.accepted++;
                forward(id, judged);
            }
            case IGNORE -> counters.ignored++;
            case REJECT -> reject(judged.senders(), now);
        }
    }

    /** To the mesh, but neither to the author nor to those who have it (v1.0, Message Processing). */
    private void forward(MessageId id, Pending accepted) {
        Message message = accepted.message();
        cache.put(id, message);
        PeerId author = PeerId.decode(message.from());
        List<PeerId> to = mesh.of(message.topic()).stream()
                .filter(peer -> !peer.equals(author) && !accepted.senders().contains(peer))
                .toList();
        counters.forwarded += to.size();
        out.message(to, message);
    }

    private void reject(Collection<PeerId> senders, long now) {
        counters.rejected++;
        for (PeerId sender : senders) {
            boolean ignoredBefore = graylist.ignores(sender, now);
            if (graylist.reject(sender, now) && !ignoredBefore) {
                counters.graylistings++;
                mesh.expel(sender, Graylist.IGNORED_MILLIS, now);
                fanout.remove(sender);
            }
        }
    }

    private void onSubscribe(String topic, long now) {
        if (mesh.hasJoined(topic)) {
            return;
        }
        peers.all().forEach(peer -> out.subscription(peer.id(), true, topic));
        mesh.join(topic, fanout.remove(topic), now);
    }

    private void onUnsubscribe(String topic, long now) {
        if (mesh.hasJoined(topic)) {
            peers.all().forEach(peer -> out.subscription(peer.id(), false, topic));
            mesh.leave(topic, now);
        }
    }

    private void onPublish(Message message, long now) {
        MessageId id = message.id();
        seen.add(id, now);
        cache.put(id, message);
        List<PeerId> to = List.copyOf(publishTo(message.topic(), now));
        counters.published++;
        out.message(to, message);
        out.add(new Output.Published(id, to));
    }

    private Collection<PeerId> publishTo(String topic, long now) {
        if (config.floodPublish()) {
            // v1.1, Flood Publishing: own messages go to all known peers of the topic
            return peers.subscribedTo(topic, peer -> !graylist.ignores(peer.id(), now));
        }
        return mesh.hasJoined(topic) ? mesh.of(topic) : fanout.publishTo(topic, now);
    }

    /** v1.0, Heartbeat: mesh maintenance, fanout maintenance, gossip emission. */
    private void onHeartbeat(long now) {
        peers.all().forEach(PeerState::onHeartbeat);
        backoffs.expire(now);
        graylist.expire(now);
        seen.expire(now);
        validation.expire(now, seen::forget);
        mesh.heartbeat(now);
        fanout.heartbeat(now);
        mesh.topics().forEach(topic -> gossip.emit(topic, mesh.of(topic), now));
        fanout.topics().forEach(topic -> gossip.emit(topic, fanout.of(topic), now));
        cache.shift();
    }
}
