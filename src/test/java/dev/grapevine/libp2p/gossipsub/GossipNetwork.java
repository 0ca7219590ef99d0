package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.sim.Links;
import dev.grapevine.libp2p.sim.VirtualTime;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Many gossipsub routers on one virtual clock. Every frame goes through the codec; signatures are taken as valid. */
final class GossipNetwork {

    static final String TOPIC = "simulated";

    final VirtualTime time = new VirtualTime();
    final RandomGenerator random;
    final Links<PeerId> links;
    final GossipsubConfig config;
    final List<Node> nodes = new ArrayList<>();
    private final Map<PeerId, Node> byId = new LinkedHashMap<>();
    private long seqno;

    GossipNetwork(long seed, GossipsubConfig config) {
        this.random = new SplittableRandom(seed);
        this.links = new Links<>(time, random);
        this.config = config;
    }

    /** Nodes that have all joined the topic, each of which has dialled some others, in one piece. */
    static GossipNetwork connected(long seed, int size, int dialsEach) {
        GossipNetwork network = new GossipNetwork(seed, GossipsubConfig.defaults());
        for (int i = 0; i < size; i++) {
            network.addNode().dialSome(dialsEach);
        }
        return network;
    }

    Node addNode() {
        Node node = new Node(TestPeers.peer(nodes.size()));
        nodes.add(node);
        byId.put(node.id, node);
        node.apply(new Input.Subscribe(TOPIC));
        time.after(random.nextLong(config.timing().heartbeat().toMillis()), node::beat);
        return node;
    }

    void heartbeats(int count) {
        time.pass(count * config.timing().heartbeat().toMillis());
    }

    Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /** How many nodes hang together with the first one along mesh links that both ends know of. */
    int reachedThroughMesh() {
        Set<Node> reached = new LinkedHashSet<>(List.of(nodes.getFirst()));
        Deque<Node> todo = new ArrayDeque<>(reached);
        while (!todo.isEmpty()) {
            Node node = todo.remove();
            for (PeerId peer : node.mesh()) {
                Node other = byId.get(peer);
                if (other.mesh().contains(node.id) && reached.add(other)) {
                    todo.add(other);
                }
            }
        }
        return reached.size();
    }

    /** One router, and what stands around it. */
    final class Node {
        final PeerId id;
        final GossipsubState state;
        final Set<Node> peers = new LinkedHashSet<>();

        /** How often each message arrived, own ones not counted. */
        final Map<MessageId, Integer> copies = new HashMap<>();

        /** How often each message was handed to the application. */
        final Map<MessageId, Integer> deliveries = new HashMap<>();

        boolean running = true;

        Node(PeerId id) {
            this.id = id;
            this.state = new GossipsubState(id, config, random, new Counters());
        }

        Set<PeerId> mesh() {
            return state.meshes().getOrDefault(TOPIC, Set.of());
        }

        void dialSome(int count) {
            for (int i = 0; i < count && nodes.size() > 1; i++) {
                dial(anyNode());
            }
        }

        void dial(Node other) {
            if (other == this || !other.running || !peers.add(other)) {
                return;
            }
            other.peers.add(this);
            apply(new Input.PeerAdded(other.id, true));
            other.apply(new Input.PeerAdded(id, false));
        }

        void hangUp(Node other) {
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
            byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(++seqno).array();
            Message message = Codec.message(id.bytes(), new byte[100], number, TOPIC, new byte[64], new byte[0]);
            apply(new Input.Publish(message));
            return message.id();
        }

        private void beat() {
            if (running) {
                apply(new Input.Heartbeat());
                time.after(config.timing().heartbeat().toMillis(), this::beat);
            }
        }

        private void apply(Input input) {
            for (Output output : state.handle(input, time.now())) {
                switch (output) {
                    case Output.SendControl send -> send(send.to(), send.rpc());
                    case Output.SendMessage send -> send.to().forEach(to -> send(to, Rpc.of(send.message())));
                    case Output.Verify verify -> apply(new Input.Verified(verify.id(), verify.source(), true));
                    case Output.Deliver deliver -> {
                        deliveries.merge(deliver.id(), 1, Integer::sum);
                        apply(new Input.Judged(deliver.id(), Verdict.ACCEPT));
                    }
                    case Output.Published published -> {}
                }
            }
        }

        private void send(PeerId to, Rpc rpc) {
            byte[] frame = Codec.encode(rpc);
            Node other = byId.get(to);
            links.carry(id, to, () -> other.arrived(this, Codec.decode(frame)));
        }

        private void arrived(Node from, Rpc rpc) {
            if (peers.contains(from)) {
                rpc.publish().forEach(message -> copies.merge(message.id(), 1, Integer::sum));
                apply(new Input.Received(from.id, rpc));
            }
        }
    }
}
