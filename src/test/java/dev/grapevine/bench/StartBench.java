package dev.grapevine.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Time from exec until the readiness probe says yes. */
final class StartBench {

    private final Nodes nodes;
    private final int starts;

    StartBench(Nodes nodes, int starts) {
        this.nodes = nodes;
        this.starts = starts;
    }

    void run(Report report) throws IOException, InterruptedException {
        Node node = nodes.add();
        double first = start(node);
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            seconds.add(start(node));
            Report.progress("Start %d: %.2f s", i + 1, seconds.getLast());
        }
        report.figure("ready_s", Stats.median(seconds), "s, median, database and keys exist");
        report.figure("fastest_s", Collections.min(seconds), "s");
        report.figure("slowest_s", Collections.max(seconds), "s");
        report.figure("first_s", first, "s, once: makes database, schema and keys");
        report.figure("starts", starts, "");
        report.remark(
                "From exec of ./grapevine node, its search for the JDK included, until the readiness probe answers 200"
                        + " (asked every 5 ms). The embedded PostgreSQL starts with the node.");
    }

    private static double start(Node node) throws IOException, InterruptedException {
        long exec = System.nanoTime();
        node.start();
        node.awaitReady();
        double seconds = (System.nanoTime() - exec) / 1e9;
        node.stop();
        return seconds;
    }
}
