package dev.grapevine.bench;

import java.io.IOException;
import java.time.Duration;

/** What a node takes that has started, waited, and done nothing. */
final class MemoryBench {

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Nodes nodes;

    MemoryBench(Nodes nodes) {
        this.nodes = nodes;
    }

    void run(Report report) throws IOException, InterruptedException {
        Node node = nodes.start();
        Report.progress("The node is ready; it idles for %d s.", IDLE.toSeconds());
        Thread.sleep(IDLE);
        double postgres = 0;
        for (long pid : node.postgresPids()) {
            postgres += Usage.pssMib(pid);
        }
        report.figure("rss_mib", Usage.rssMib(node.pid()), "MiB resident, the node's process");
        report.figure("postgres_rss_mib", postgres, "MiB resident, its database's processes; shared pages count once");
    }
}
