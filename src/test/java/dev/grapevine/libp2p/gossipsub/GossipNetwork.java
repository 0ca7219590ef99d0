package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.sim.Links;
import dev.grapevine.libp2p.sim.VirtualTime;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Many gossipsub routers on one virtual clock. Every frame goes through the codec; a signature is taken as good or bad by
 * its first byte. One seed decides everything.
 */
final class GossipNetwork {

    static final String TOPIC = "simulated";

    /** Signatures that are not right begin with it. */
    static final byte BAD = 1;

    final VirtualTime time = new VirtualTime();
    final RandomGenerator random;
    final Links<PeerId> links;
    final GossipsubConfig config;
    final List<GossipNode> nodes = new ArrayList<>();

    /** The newest version that nodes speak. */
    Version version = Version.V1_2;

    /** How long an application takes for a verdict, at the most. */
    long maxVerdictMillis;

    /** The data of each message published. */
    int dataBytes = 100;

    private final Map<PeerId, GossipNode> byId = new LinkedHashMap<>();
    private final Map<MessageId, Long> publishedAt = new LinkedHashMap<>();
    private long seqno;

    GossipNetwork(long seed, GossipsubConfig config) {
        this.random = new SplittableRandom(seed);
        this.links = new Links<>(time, random);
        this.config = config;
    }

    /** Nodes that have all joined the topic, each of which has dialled some others, in one piece. */
    static GossipNetwork connected(long seed, int size, int dialsEach) {
        GossipNetwork network = new GossipNetwork(seed, GossipsubConfig.defaults());
        network.grow(size, dialsEach);
        return network;
    }

    void grow(int count, int dialsEach) {
        for (int i = 0; i < count; i++) {
            addNode().dialSome(dialsEach);
        }
    }

    GossipNode addNode() {
        return add(new GossipNode(this, TestPeers.peer(nodes.size())));
    }

    GossipNode addNode(Attack attack) {
        return add(new HostileNode(this, TestPeers.peer(nodes.size()), attack));
    }

    private GossipNode add(GossipNode node) {
        nodes.add(node);
        byId.put(node.id, node);
        node.start();
        return node;
    }

    /**
     * Ends every connection between the first so many nodes and the others.
     *
     * @return makes them anew
     */
    Runnable part(int first) {
        Set<GossipNode> left = new LinkedHashSet<>(nodes.subList(0, first));
        Map<GossipNode, List<GossipNode>> across = new LinkedHashMap<>();
        left.forEach(node -> across.put(
                node, node.peers.stream().filter(peer -> !left.contains(peer)).toList()));
        across.forEach((node, others) -> others.forEach(node::hangUp));
        return () -> across.forEach((node, others) -> others.forEach(node::dial));
    }

    void heartbeats(int count) {
        time.pass(count * heartbeatMillis());
    }

    long heartbeatMillis() {
        return config.timing().heartbeat().toMillis();
    }

    GossipNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    GossipNode node(PeerId id) {
        return Objects.requireNonNull(byId.get(id));
    }

    /** Those who run and do as they should. */
    List<GossipNode> honest() {
        return nodes.stream().filter(node -> node.running && node.isHonest()).toList();
    }

    Message newMessage(PeerId author, int bytes) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(++seqno).array();
        return Codec.message(author.bytes(), new byte[bytes], number, TOPIC, new byte[64], new byte[0]);
    }

    MessageId publish(GossipNode by) {
        Message message = newMessage(by.id, dataBytes);
        publishedAt.put(message.id(), time.now());
        by.apply(new Input.Publish(message));
        return message.id();
    }

    long publishedAt(MessageId id) {
        return Objects.requireNonNull(publishedAt.get(id));
    }

    /** How many of the honest nodes hang together along mesh links that both ends know of. */
    int reachedThroughMesh() {
        Set<GossipNode> reached = new LinkedHashSet<>(List.of(honest().getFirst()));
        Deque<GossipNode> todo = new ArrayDeque<>(reached);
        while (!todo.isEmpty()) {
            GossipNode node = todo.remove();
            for (PeerId peer : node.mesh()) {
                GossipNode other = node(peer);
                if (other.isHonest() && other.mesh().contains(node.id) && reached.add(other)) {
                    todo.add(other);
                }
            }
        }
        return reached.size();
    }
}
