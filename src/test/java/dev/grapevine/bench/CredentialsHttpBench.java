package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Has one node issue and verify credentials by HTTP, each of another subject. */
final class CredentialsHttpBench {

    private static final int CONNECTIONS = 64;
    private static final long SEED = 1;
    private static final int SUBJECTS = 10_000;

    private final Nodes nodes;
    private final int rounds;
    private final Duration duration;
    private final boolean profile;

    CredentialsHttpBench(Nodes nodes, int rounds, int seconds, boolean profile) {
        this.nodes = nodes;
        this.rounds = rounds;
        this.duration = Duration.ofSeconds(seconds);
        this.profile = profile;
    }

    /** One measurement: rate a second, CPU microseconds of the node a request, quantiles in milliseconds. */
    private record Side(double perSecond, double cpu, double p50, double p99) {}

    /** Requests one after the other, from the first again when all were sent. */
    private static final class Turns implements Supplier<byte[]> {
        private final List<byte[]> requests;
        private int next;

        Turns(List<byte[]> requests) {
            this.requests = requests;
        }

        @Override
        public byte[] get() {
            next = (next + 1) % requests.size();
            return requests.get(next);
        }
    }

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        Path recording = nodes.directory().resolve("node.jfr");
        Node node = profile ? nodes.start(CpuProfile.javaOption(recording)) : nodes.start();
        node.publish(Roster.of(1, SEED).getFirst().json()); // an issuer is known by its first event
        String issuer = node.did();
        List<byte[]> issue = new ArrayList<>();
        List<byte[]> verify = new ArrayList<>();
        for (int i = 0; i < SUBJECTS; i++) {
            String request = ExampleCredential.of(i, issuer).toString();
            issue.add(LoadClient.post("/credentials/issue", node.apiKey(), body("credential", request)));
            verify.add(LoadClient.post("/credentials/verify", "", body("verifiableCredential", node.issue(request))));
        }
        long begin = System.currentTimeMillis();
        Map<String, Double> threadsBefore = Usage.threadSeconds(node.pid());
        measure(report, node, "verify", new Turns(verify));
        measure(report, node, "issue", new Turns(issue));
        report.figure("rounds", rounds, "of " + duration.toSeconds() + " s each; medians count");
        report.remark(CONNECTIONS
                + " connections with one POST under way on each, by a client of one thread, which shares the"
                + " CPUs with the node; " + SUBJECTS
                + " credentials in turn, by eddsa-jcs-2022, verified with every check,"
                + " the registry's included.");
        if (profile) {
            report.remark(CpuProfile.threads(threadsBefore, Usage.threadSeconds(node.pid())));
            node.stop();
            report.remark(CpuProfile.summary(recording, begin));
        }
    }

    private static byte[] body(String property, String credential) {
        return ("{\"" + property + "\":" + credential + "}").getBytes(StandardCharsets.UTF_8);
    }

    private void measure(Report report, Node node, String work, Supplier<byte[]> requests)
            throws IOException, InterruptedException, ExecutionException {
        Report.progress("Warming up %s.", work);
        double seconds = WarmUp.untilLevel(window -> drive(node, requests, WarmUp.WINDOW).perSecond);
        List<Side> sides = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            sides.add(drive(node, requests, duration));
            Report.progress("Round %d: %,.0f/s", i + 1, sides.getLast().perSecond);
        }
        report.figure(work + "_per_s", median(sides, Side::perSecond), "by POST /credentials/" + work);
        report.figure(work + "_p50_ms", median(sides, Side::p50), "ms a request");
        report.figure(work + "_p99_ms", median(sides, Side::p99), "ms a request");
        report.figure(work + "_cpu_us", median(sides, Side::cpu), "µs of CPU a request, the node without its database");
        report.figure(work + "_warm_up_s", seconds, "until the node's rate was level");
    }

    private static Side drive(Node node, Supplier<byte[]> requests, Duration duration) throws IOException {
        double before = Usage.cpuSeconds(List.of(node.pid()));
        try (LoadClient client = new LoadClient(node.httpPort(), CONNECTIONS, requests)) {
            LoadClient.Result result = client.run(duration);
            double cpu = Usage.cpuSeconds(List.of(node.pid())) - before;
            return new Side(
                    result.perSecond(),
                    cpu / result.answers() * 1e6,
                    Stats.millis(result.latencies(), 0.50),
                    Stats.millis(result.latencies(), 0.99));
        }
    }

    private static double median(List<Side> sides, ToDoubleFunction<Side> figure) {
        return Stats.median(sides.stream().map(figure::applyAsDouble).toList());
    }
}
