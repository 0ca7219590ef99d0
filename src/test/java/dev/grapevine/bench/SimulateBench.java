package dev.grapevine.bench;

import dev.grapevine.libp2p.gossipsub.GossipSimulation;
import dev.grapevine.libp2p.gossipsub.GossipSimulation.Result;
import dev.grapevine.libp2p.gossipsub.GossipSimulation.Setup;

/** Gossip in a simulated network of any size. Its peer is itself: attacked, parted, and with the older protocol. */
final class SimulateBench {

    private static final int MESSAGES = 50;
    private static final int SMALL_BYTES = 500;
    private static final int LARGE_BYTES = 8 * 1024;
    private static final double HOSTILE = 0.2;

    private final int nodes;
    private final long seed;

    SimulateBench(int nodes, long seed) {
        this.nodes = nodes;
        this.seed = seed;
    }

    void run(Report report) {
        Report.progress("%d nodes grow together and publish.", nodes);
        long begin = System.nanoTime();
        Setup small = new Setup(nodes, seed, MESSAGES, SMALL_BYTES);
        Result result = GossipSimulation.run(small);
        double seconds = (System.nanoTime() - begin) / 1e9;
        report.figure("coverage", result.coverage(), "of all messages at all nodes");
        report.figure("p50_ms", (double) result.latencyMillis(0.5), "ms from publication to a node, median");
        report.figure("p95_ms", (double) result.latencyMillis(0.95), "ms, 95th percentile");
        report.figure("worst_ms", (double) result.latencyMillis(1), "ms, the last of all");
        report.figure("hops", result.meanHops(), "links that a message comes along, mean");
        report.figure("max_hops", result.maxHops(), "links, the most");
        report.figure("copies_per_node", result.copiesPerNode(), "copies of a message that a node receives");
        report.figure("bytes_per_node", result.bytesPerNode(), "bytes that a node sends in all, control included");
        report.figure("run_s", seconds, "s that this run took here");
        report.remark("seed %d; its fingerprint is %016x".formatted(seed, result.fingerprint()));

        Report.progress("The same with messages of %d bytes, by v1.1 and by v1.2.", LARGE_BYTES);
        Setup large = new Setup(nodes, seed, MESSAGES, LARGE_BYTES);
        Result before = GossipSimulation.run(large.withoutIdontwant());
        Result after = GossipSimulation.run(large);
        report.figure("large_bytes_ratio", after.bytesPerNode() / before.bytesPerNode(), "bytes by v1.2 over v1.1");

        Report.progress("The same with %.0f %% hostile nodes.", 100 * HOSTILE);
        Result attacked = GossipSimulation.run(small.withHostile(HOSTILE));
        report.figure("hostile_coverage", attacked.coverage(), "coverage of the honest nodes where 20 % attack");
        report.figure("hostile_p95_ms", (double) attacked.latencyMillis(0.95), "ms, 95th percentile there");

        Report.progress("The network is parted and joined again.");
        report.figure(
                "heal_heartbeats", GossipSimulation.heartbeatsToHeal(nodes, seed), "until a parted network is whole");
    }
}
