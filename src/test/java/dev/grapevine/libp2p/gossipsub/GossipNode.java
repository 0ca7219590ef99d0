package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One router of a {@link GossipNetwork}, and what stands around it. */
class GossipNode {

    final PeerId id;
    final GossipsubState state;
    final Set<GossipNode> peers = new LinkedHashSet<>();
    boolean running = true;

    /** Bytes of all frames sent. */
    long sentBytes;

    protected final GossipNetwork network;
    private final Map<MessageId, Receipt> receipts = new HashMap<>();

    GossipNode(GossipNetwork network, PeerId id) {
        this.network = network;
        this.id = id;
        this.state = new GossipsubState(id, network.config, network.random, new Counters());
    }

    void start() {
        apply(new Input.Subscribe(GossipNetwork.TOPIC));
        network.time.after(network.random.nextLong(network.heartbeatMillis()), this::beat);
    }

    boolean isHonest() {
        return true;
    }

    Set<PeerId> mesh() {
        return state.meshes().getOrDefault(GossipNetwork.TOPIC, Set.of());
    }

    /** What the node knows of a message; own ones it does not receive. */
    Receipt receipt(MessageId id) {
        return receipts.computeIfAbsent(id, unheard -> new Receipt());
    }

    boolean has(MessageId message) {
        return message.latin1().startsWith(MessageId.of(id.bytes()).latin1()) || receipt(message).deliveries > 0;
    }

    void dialSome(int count) {
        for (int i = 0; i < count && network.nodes.size() > 1; i++) {
            dial(network.anyNode());
        }
    }

    void dial(GossipNode other) {
        if (other.id.equals(id) || !other.running || !peers.add(other)) {
            return;
        }
        other.peers.add(this);
        apply(added(other, true));
        other.apply(added(this, false));
    }

    private Input.PeerAdded added(GossipNode other, boolean dialled) {
        Input.PeerAdded added = TestPeers.added(other.id, dialled);
        return new Input.PeerAdded(other.id, dialled, network.version, added.address());
    }

    void hangUp(GossipNode other) {
        if (peers.remove(other)) {
            other.peers.remove(this);
            apply(new Input.PeerRemoved(other.id));
            other.apply(new Input.PeerRemoved(id));
        }
    }

    void stop() {
        running = false;
        List.copyOf(peers).forEach(this::hangUp);
    }

    MessageId publish() {
        return network.publish(this);
    }

    private void beat() {
        if (running) {
            onHeartbeat();
            network.time.after(network.heartbeatMillis(), this::beat);
        }
    }

    protected void onHeartbeat() {
        apply(new Input.Heartbeat());
    }

    final void apply(Input input) {
        for (Output output : state.handle(input, network.time.now())) {
            switch (output) {
                case Output.SendControl send -> sendControl(send.to(), send.rpc());
                case Output.SendMessage send -> sendMessage(send.to(), send.message());
                case Output.Connect connect -> connect.peers().forEach(offered -> dial(network.node(offered.peer())));
                case Output.Verify verify ->
                    apply(new Input.Verified(
                            verify.id(), verify.source(), verify.message().signature()[0] != GossipNetwork.BAD));
                case Output.Deliver deliver -> deliver(deliver.id());
                case Output.Published published -> {}
            }
        }
    }

    private void deliver(MessageId message) {
        receipt(message).deliveries++;
        long millis = network.maxVerdictMillis == 0 ? 0 : network.random.nextLong(network.maxVerdictMillis + 1);
        Runnable verdict = () -> apply(new Input.Judged(message, Verdict.ACCEPT));
        if (millis == 0) {
            verdict.run();
        } else {
            network.time.after(millis, verdict);
        }
    }

    protected void sendControl(PeerId to, Rpc rpc) {
        send(to, Codec.encode(rpc));
    }

    protected void sendMessage(List<PeerId> to, Message message) {
        byte[] frame = Codec.encode(Rpc.of(message));
        to.forEach(peer -> send(peer, frame));
    }

    protected final void send(PeerId to, byte[] frame) {
        sentBytes += frame.length;
        GossipNode other = network.node(to);
        network.links.carry(id, to, () -> other.arrived(this, Codec.decode(frame)));
    }

    private void arrived(GossipNode from, Rpc rpc) {
        if (!peers.contains(from)) {
            return;
        }
        for (Message message : rpc.publish()) {
            MessageId messageId = message.id();
            receipt(messageId).arrived(network.time.now(), from.receipt(messageId).hops + 1);
        }
        heard(from, rpc);
        apply(new Input.Received(from.id, rpc));
    }

    /** Before the router hears it. */
    protected void heard(GossipNode from, Rpc rpc) {}
}
