package dev.grapevine.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs one benchmark: a table for people, and last one line of JSON for programs. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures real nodes of this program, each beside its limit or peer in the same run.",
        footer = {
            "",
            "Names:",
            "  publish   profiles a second by import, durable and with credential, beside plain COPY of the same rows",
            "  visible   time from the 201 on one node until the profile is found on another",
            "  lookup    lookups a second while profiles change, beside a bare Reactor Netty server",
            "  catchup   a late joiner takes a long log in while the network goes on, beside plain COPY of the same rows",
            "  frontier  bytes that two nodes exchange to find out in which of many issuers they differ",
            "  memory    what an idle node takes",
            "  start     time from exec to readiness with an existing database",
            "  gossip    our gossipsub beside js-libp2p's, each among 2 and 5 processes of its own",
            "  quic      one stream's bytes a CPU second, and streams a second, between two hosts",
            "  credentials       credentials issued and verified a CPU-second, beside @digitalbazaar/vc on Node",
            "  credentials-http  the same by HTTP on one node, a second",
            "  simulate  gossip in a simulated network: coverage, latency, copies, bytes, attacks, a partition",
            "",
            "Every figure is explained in bench/README.md. The last line of the output is JSON."
        })
final class Bench implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "Which benchmark: ${COMPLETION-CANDIDATES}.")
    private Name name = Name.publish;

    @Option(
            names = "--people",
            paramLabel = "N",
            description = "publish: profiles a round (50000); lookup: in all (100000).")
    private int people;

    @Option(names = "--events", paramLabel = "N", description = "catchup: events in the log (1000000).")
    private int events;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "publish, lookup, frontier, gossip, quic, credentials: rounds of all sides; medians count (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "visible: how long (30); lookup, gossip, credentials-http: each side of a round (10); credentials: (5).")
    private int seconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "visible, gossip: publishes a second (100); lookup: changes a second (50); catchup: publishes a second (500).")
    private int rate;

    @Option(names = "--issuers", paramLabel = "N", description = "frontier: on each node (100000).")
    private int issuers;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "5",
            description = "start: how many (${DEFAULT-VALUE}).")
    private int starts;

    @Option(names = "--nodes", paramLabel = "N", description = "simulate: in the network (1000).")
    private int nodes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "simulate: the same seed gives the same figures (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--profile",
            description =
                    "publish, visible, lookup, catchup, gossip, quic, credentials-http: also sample where the CPU time goes.")
    private boolean profile;

    /** The benchmarks, as they are named on the command line. */
    enum Name {
        publish,
        visible,
        lookup,
        catchup,
        frontier,
        memory,
        start,
        gossip,
        quic,
        credentials,
        credentials_http,
        simulate;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().replace('_', '-');
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("grapevine-bench-");
        Report report = new Report(name.toString());
        try (Nodes processes = new Nodes(directory)) {
            switch (name) {
                case publish -> new PublishBench(processes, or(people, 50_000), rounds, profile).run(report);
                case visible -> new VisibleBench(processes, or(rate, 100), or(seconds, 30), profile).run(report);
                case lookup ->
                    new LookupBench(processes, or(people, 100_000), rounds, or(seconds, 10), or(rate, 50), profile)
                            .run(report);
                case catchup -> new CatchUpBench(processes, or(events, 1_000_000), or(rate, 500), profile).run(report);
                case frontier -> new FrontierBench(processes, or(issuers, 100_000), rounds).run(report);
                case memory -> new MemoryBench(processes).run(report);
                case start -> new StartBench(processes, starts).run(report);
                case gossip -> new GossipBench(directory, or(rate, 100), rounds, or(seconds, 10), profile).run(report);
                case quic -> new QuicBench(directory, rounds, profile).run(report);
                case credentials -> new CredentialsBench(directory, rounds, or(seconds, 5)).run(report);
                case credentials_http ->
                    new CredentialsHttpBench(processes, rounds, or(seconds, 10), profile).run(report);
                case simulate -> new SimulateBench(or(nodes, 1_000), seed).run(report);
            }
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
        report.print();
        return 0;
    }

    private static int or(int given, int otherwise) {
        return given > 0 ? given : otherwise;
    }
}
