package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The gossipsub router: what happens goes in, what is to be done comes out. Without I/O, threads, or a clock of its own.
 */
final class GossipsubState {

    private final GossipsubConfig config;
    private final Counters counters;
    private final Outbox out = new Outbox();
    private final Peers peers = new Peers();
    private final Scores scores;
    private final Promises promises;
    private final SeenCache seen;
    private final MessageCache cache;
    private final Backoffs backoffs;
    private final PeerExchange exchange;
    private final Mesh mesh;
    private final MeshMaintenance maintenance;
    private final Fanout fanout;
    private final Gossip gossip;
    private final Reception reception;

    /**
     * @param random decides who is grafted, pruned, and told
     * @param counters counts what happens
     */
    GossipsubState(PeerId self, GossipsubConfig config, RandomGenerator random, Counters counters) {
        GossipsubConfig.Timing timing = config.timing();
        this.config = config;
        this.counters = counters;
        this.scores = new Scores(config.scoring(), config.directPeers());
        this.promises = new Promises(timing.iwantFollowUp().toMillis());
        this.seen = new SeenCache(timing.seenTtl().toMillis());
        this.cache = new MessageCache(timing.historyLength(), timing.historyGossip());
        // Two heartbeats of slack, so that a GRAFT never meets the peer's own clock a moment too early
        this.backoffs = new Backoffs(2 * timing.heartbeat().toMillis());
        this.exchange = new PeerExchange(self, config, random, peers, scores, out, counters);
        this.mesh = new Mesh(config, random, peers, backoffs, scores, exchange, out, counters);
        this.maintenance = new MeshMaintenance(config, random, peers, scores, mesh);
        this.fanout = new Fanout(config, random, peers, scores);
        this.gossip = new Gossip(config, random, peers, scores, cache, promises, out, counters);
        this.reception = new Reception(self, config, peers, scores, promises, seen, cache, mesh, out, counters);
    }

    /**
     * Handles what happened.
     *
     * @param now milliseconds on a clock that never goes back
     * @return what to do, in order
     */
    List<Output> handle(Input input, long now) {
        switch (input) {
            case Input.PeerAdded added -> onPeerAdded(added);
            case Input.PeerRemoved removed -> onPeerRemoved(removed.peer(), now);
            case Input.StreamReopened reopened -> onStreamReopened(reopened.peer());
            case Input.Received received -> onReceived(received.peer(), received.rpc(), now);
            case Input.Verified verified -> reception.onVerified(verified, now);
            case Input.Judged judged -> reception.onJudged(judged.id(), judged.verdict(), now);
            case Input.Subscribe subscribe -> onSubscribe(subscribe.topic(), now);
            case Input.Unsubscribe unsubscribe -> onUnsubscribe(unsubscribe.topic(), now);
            case Input.Publish publish -> onPublish(publish.message(), now);
            case Input.Rated rated -> scores.rate(rated.peer(), rated.value());
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
        return GossipsubMetrics.of(
                counters, scores.standings(), scores.lowest(), cache.size(), seen.size(), reception.validating());
    }

    private void onPeerAdded(Input.PeerAdded added) {
        scores.connected(added.peer(), added.address());
        if (peers.add(added.peer(), added.dialled(), added.version())) {
            sayHello(added.peer());
        }
    }

    /** Every new peer hears what this router has joined (v1.0, Ambient Peer Discovery: hello packet). */
    private void sayHello(PeerId peer) {
        mesh.topics().forEach(topic -> out.subscription(peer, true, topic));
    }

    private void onPeerRemoved(PeerId peer, long now) {
        peers.remove(peer);
        mesh.remove(peer);
        fanout.remove(peer);
        scores.disconnected(peer, now);
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
            if (mesh.hasJoined(prune.topic())) {
                mesh.onPrune(prune.topic(), from, prune.backoffSeconds(), now);
                exchange.take(from, prune.peers());
            }
        }
        if (scores.isGraylisted(from)) {
            counters.refuse(Refusal.GRAYLISTED);
            counters.unwanted += rpc.publish().size();
            return;
        }
        rpc.idontwants().forEach(idontwant -> gossip.onIDontWant(peer, idontwant));
        // v1.0, Message Processing: first the payload, then control
        for (Message message : rpc.publish()) {
            reception.onMessage(from, message, now);
        }
        for (IHave ihave : rpc.ihaves()) {
            if (mesh.hasJoined(ihave.topic())) {
                gossip.onIHave(peer, ihave, reception::knows, now);
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
            // v1.1, Flood Publishing: own messages go to all known peers of the topic with a fair score
            return peers.subscribedTo(topic, peer -> scores.mayPublish(peer.id()));
        }
        Set<PeerId> to = new LinkedHashSet<>(mesh.hasJoined(topic) ? mesh.of(topic) : fanout.publishTo(topic, now));
        to.addAll(peers.direct(topic, config.directPeers()));
        return to;
    }

    /** v1.0, Heartbeat: mesh maintenance, fanout maintenance, gossip emission. */
    private void onHeartbeat(long now) {
        peers.all().forEach(PeerState::onHeartbeat);
        promises.expire(now, this::onBrokenPromise);
        scores.heartbeat(now);
        backoffs.expire(now);
        seen.expire(now);
        reception.heartbeat(now);
        exchange.heartbeat();
        maintenance.heartbeat(now);
        fanout.heartbeat(now);
        mesh.topics().forEach(topic -> gossip.emit(topic, mesh.of(topic)));
        fanout.topics().forEach(topic -> gossip.emit(topic, fanout.of(topic)));
        cache.shift();
    }

    /** v1.1, Spam Protection Measures: held against the peer (P₇). */
    private void onBrokenPromise(PeerId peer) {
        counters.brokenPromises++;
        scores.misbehaved(peer);
    }
}
