package dev.grapevine.libp2p.gossipsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * A network of any size in which messages are published, and what became of them. Links take 50 to 100 ms, verdicts up to
 * 20 ms. The same setup gives the same result, to the last byte.
 */
public final class GossipSimulation {

    private static final long MIN_LATENCY_MILLIS = 50;
    private static final long MAX_LATENCY_MILLIS = 100;
    private static final long MAX_VERDICT_MILLIS = 20;
    private static final long GROWTH_MILLIS = 5_000;
    private static final long BETWEEN_MESSAGES_MILLIS = 100;
    private static final int DIALS_EACH = 10;
    private static final int SETTLING_HEARTBEATS = 20;
    private static final int FINISHING_HEARTBEATS = 6;

    private GossipSimulation() {}

    /**
     * What is simulated.
     *
     * @param config of every node
     * @param nodes in all
     * @param seed decides everything else
     * @param messages how many are published, ten a second, each by any honest node
     * @param dataBytes of each message
     * @param idontwant whether nodes speak v1.2, else v1.1
     * @param hostile the share of the nodes that attack, each in one of the ways of {@link Attack}
     */
    public record Setup(
            GossipsubConfig config,
            int nodes,
            long seed,
            int messages,
            int dataBytes,
            boolean idontwant,
            double hostile) {

        /** Every node with the default configuration, and as it should be. */
        public Setup(int nodes, long seed, int messages, int dataBytes) {
            this(GossipsubConfig.defaults(), nodes, seed, messages, dataBytes, true, 0);
        }

        /** The same by v1.1. */
        public Setup withoutIdontwant() {
            return new Setup(config, nodes, seed, messages, dataBytes, false, hostile);
        }

        /** The same where a share of the nodes is hostile. */
        public Setup withHostile(double share) {
            return new Setup(config, nodes, seed, messages, dataBytes, idontwant, share);
        }
    }

    /**
     * What became of it, over the honest nodes.
     *
     * @param coverage the share of messages times nodes that arrived
     * @param latenciesMillis from publication to first arrival, ascending
     * @param meanHops links that a message's first copy came along
     * @param maxHops the same of the farthest
     * @param copiesPerNode copies of a message that a node received
     * @param bytesPerNode all that a node sent while messages were published and until they had arrived, control included
     * @param fingerprint of every arrival: equal for equal runs
     */
    public record Result(
            double coverage,
            long[] latenciesMillis,
            double meanHops,
            int maxHops,
            double copiesPerNode,
            double bytesPerNode,
            long fingerprint) {

        /** The smallest latency in milliseconds that a share of all do not exceed. */
        public long latencyMillis(double share) {
            int rank = (int) Math.ceil(share * latenciesMillis.length) - 1;
            return latenciesMillis.length == 0 ? -1 : latenciesMillis[Math.max(0, rank)];
        }
    }

    /** Lets a network grow and settle, publishes, and waits until what was published has arrived. */
    public static Result run(Setup setup) {
        GossipNetwork network = grown(setup);
        long sentBefore = sent(network);
        List<MessageId> ids = publish(network, network.honest(), setup.messages());
        network.heartbeats(FINISHING_HEARTBEATS);
        return measure(network, ids, sent(network) - sentBefore);
    }

    /**
     * Cuts a network in two for a minute and a half, so that both halves take each other for gone, and connects it again.
     *
     * @return heartbeats from then until mesh links join all nodes and a message that is published then reaches all;
     *     {@link Integer#MAX_VALUE} where some are missing after twenty
     */
    public static int heartbeatsToHeal(int nodes, long seed) {
        GossipNetwork network = grown(new Setup(nodes, seed, 0, 0));
        Runnable join = network.part(nodes / 2);
        network.heartbeats(90);
        join.run();
        for (int heartbeats = 1; heartbeats <= 20; heartbeats++) {
            MessageId id = network.anyNode().publish();
            network.heartbeats(1);
            boolean reached = network.nodes.stream().allMatch(node -> node.has(id));
            if (reached && network.reachedThroughMesh() == nodes) {
                return heartbeats;
            }
        }
        return Integer.MAX_VALUE;
    }

    static GossipNetwork grown(Setup setup) {
        GossipNetwork network = new GossipNetwork(setup.seed(), setup.config());
        network.links.setLatencyMillis(MIN_LATENCY_MILLIS, MAX_LATENCY_MILLIS);
        network.maxVerdictMillis = MAX_VERDICT_MILLIS;
        network.dataBytes = setup.dataBytes();
        network.version = setup.idontwant() ? Version.V1_2 : Version.V1_1;
        Attack[] attacks = Attack.values();
        for (int i = 0; i < setup.nodes(); i++) {
            boolean hostile = i > 0 && network.random.nextDouble() < setup.hostile();
            GossipNode node =
                    hostile ? network.addNode(attacks[network.random.nextInt(attacks.length)]) : network.addNode();
            node.dialSome(DIALS_EACH);
            network.time.pass(GROWTH_MILLIS * (i + 1) / setup.nodes() - GROWTH_MILLIS * i / setup.nodes());
        }
        network.heartbeats(SETTLING_HEARTBEATS);
        return network;
    }

    static List<MessageId> publish(GossipNetwork network, List<GossipNode> by, int messages) {
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(by.get(network.random.nextInt(by.size())).publish());
            network.time.pass(BETWEEN_MESSAGES_MILLIS);
        }
        return ids;
    }

    private static Result measure(GossipNetwork network, List<MessageId> ids, long sentBytes) {
        LongStream.Builder latencies = LongStream.builder();
        long expected = 0;
        long arrived = 0;
        long hops = 0;
        long copies = 0;
        int maxHops = 0;
        long fingerprint = sentBytes;
        for (GossipNode node : network.honest()) {
            for (MessageId id : ids) {
                Receipt receipt = node.receipt(id);
                boolean own = node.has(id) && receipt.deliveries == 0;
                expected += own ? 0 : 1;
                copies += receipt.copies;
                fingerprint = 31 * fingerprint + Objects.hash(receipt.atMillis, receipt.copies, receipt.hops);
                if (!own && receipt.deliveries > 0) {
                    arrived++;
                    hops += receipt.hops;
                    maxHops = Math.max(maxHops, receipt.hops);
                    latencies.add(receipt.atMillis - network.publishedAt(id));
                }
            }
        }
        return new Result(
                (double) arrived / expected,
                latencies.build().sorted().toArray(),
                (double) hops / arrived,
                maxHops,
                (double) copies / expected,
                (double) sentBytes / network.nodes.size(),
                fingerprint);
    }

    private static long sent(GossipNetwork network) {
        return network.nodes.stream().mapToLong(node -> node.sentBytes).sum();
    }
}
