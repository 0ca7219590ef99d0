package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import dev.grapevine.cli.Roster.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Looks people up, chosen uniformly, while profiles change; and asks a bare server for the same bytes with the same client,
 * in turns.
 */
final class LookupBench {

    private static final int CONNECTIONS = 64;

    /** The limit is in force and counts; it is only far away. */
    private static final String RATE_LIMIT = "-Dgrapevine.rate-limit.address.requests=1000000000";

    private static final long SEED = 1;

    private static final String CHECKS = "grapevine_lookup_check_transactions_seconds_count";
    private static final String CHECKED = "grapevine_lookup_check_batched_total";

    private final Nodes nodes;
    private final int people;
    private final int rounds;
    private final Duration duration;
    private final int changesPerSecond;
    private final boolean profile;

    LookupBench(Nodes nodes, int people, int rounds, int seconds, int changesPerSecond, boolean profile) {
        this.nodes = nodes;
        this.people = people;
        this.rounds = rounds;
        this.duration = Duration.ofSeconds(seconds);
        this.changesPerSecond = changesPerSecond;
        this.profile = profile;
    }

    /** One side of a round: rate a second, CPU microseconds a request, quantiles in milliseconds. */
    private record Side(double perSecond, double cpu, double p50, double p99) {}

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        Path recording = nodes.directory().resolve("node.jfr");
        Node node = profile ? nodes.start(RATE_LIMIT, CpuProfile.javaOption(recording)) : nodes.start(RATE_LIMIT);
        List<Person> all = Roster.of(people, SEED);
        Report.progress("Importing %,d people.", people);
        RosterUpload.send(node, all);
        HttpResponse<byte[]> answer = node.lookup(all.getFirst().username());
        Process bare = bareServer(answer);
        try (BufferedReader output = bare.inputReader()) {
            int barePort = Integer.parseInt(output.readLine());
            compare(report, node, barePort, bare.pid(), all, recording);
        } finally {
            bare.destroy();
        }
        report.figure("answer_bytes", answer.body().length, "bytes of a body");
        report.figure("people", people, "profiles on the node, looked up uniformly at random");
        report.figure("rounds", rounds, "of " + duration.toSeconds() + " s each side, in turns; medians count");
        report.remark(
                CONNECTIONS + " connections with one GET under way on each, by a client of one thread; client, server,"
                        + " database and changes share the CPUs. Changes are new versions by PUT on the same node.");
    }

    private void compare(Report report, Node node, int barePort, long barePid, List<Person> all, Path recording)
            throws IOException, InterruptedException, ExecutionException {
        RandomGenerator random = new SplittableRandom(SEED);
        byte[][] requests = all.stream()
                .map(person -> LoadClient.get("/api/v1/profiles/" + person.username()))
                .toArray(byte[][]::new);
        Supplier<byte[]> lookups = () -> requests[random.nextInt(requests.length)];
        List<Side> ours = new ArrayList<>();
        List<Side> bares = new ArrayList<>();
        AtomicInteger committed = new AtomicInteger();
        Report.progress("Warming up both sides.");
        WarmUp.untilLevel(window -> drive(barePort, barePid, lookups, WarmUp.WINDOW).perSecond);
        Changes warming = new Changes(node, all, changesPerSecond, committed);
        try {
            double seconds =
                    WarmUp.untilLevel(window -> drive(node.httpPort(), node.pid(), lookups, WarmUp.WINDOW).perSecond);
            report.figure("warm_up_s", seconds, "until the node's rate was level");
        } finally {
            warming.stop();
        }
        committed.set(0);
        double checks = node.metric(CHECKS);
        double checked = node.metric(CHECKED);
        long begin = System.currentTimeMillis();
        Map<String, Double> threadsBefore = Usage.threadSeconds(node.pid());
        for (int i = 0; i < rounds; i++) {
            bares.add(drive(barePort, barePid, lookups, duration));
            Changes changes = new Changes(node, all, changesPerSecond, committed);
            try {
                ours.add(drive(node.httpPort(), node.pid(), lookups, duration));
            } finally {
                changes.stop();
            }
            Report.progress(
                    "Round %d: %,.0f lookups/s, bare %,.0f/s",
                    i + 1, ours.getLast().perSecond, bares.getLast().perSecond);
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ratios.add(ours.get(i).perSecond / bares.get(i).perSecond);
        }
        report.figure("lookups_per_s", median(ours, Side::perSecond), "by the node");
        report.figure("bare_per_s", median(bares, Side::perSecond), "the same bytes by a bare Reactor Netty server");
        report.figure("ratio_to_bare", Stats.median(ratios), "of that limit; median of the rounds' ratios");
        report.figure("p50_ms", median(ours, Side::p50), "ms a lookup");
        report.figure("p99_ms", median(ours, Side::p99), "ms a lookup");
        report.figure("node_cpu_us", median(ours, Side::cpu), "µs of CPU a lookup, the node without its database");
        report.figure("bare_cpu_us", median(bares, Side::cpu), "µs of CPU an answer, the bare server");
        report.figure(
                "lookups_per_check",
                (node.metric(CHECKED) - checked) / (node.metric(CHECKS) - checks),
                "that the node answered by one look at what has changed on the database");
        double answered = ours.stream().mapToDouble(Side::perSecond).sum() * duration.toSeconds();
        report.figure(
                "asked_share", (node.metric(CHECKED) - checked) / answered, "of the lookups waited for such a look");
        report.figure(
                "changes_per_s",
                committed.get() / (rounds * (double) duration.toSeconds()),
                "committed meanwhile, " + changesPerSecond + " asked for");
        if (profile) {
            report.remark(CpuProfile.threads(threadsBefore, Usage.threadSeconds(node.pid())));
            node.stop();
            report.remark(CpuProfile.summary(recording, begin));
        }
    }

    private static Side drive(int port, long pid, Supplier<byte[]> requests, Duration duration) throws IOException {
        double before = Usage.cpuSeconds(List.of(pid));
        try (LoadClient client = new LoadClient(port, CONNECTIONS, requests)) {
            LoadClient.Result result = client.run(duration);
            double cpu = Usage.cpuSeconds(List.of(pid)) - before;
            return new Side(
                    result.perSecond(),
                    cpu / result.answers() * 1e6,
                    Stats.millis(result.latencies(), 0.50),
                    Stats.millis(result.latencies(), 0.99));
        }
    }

    /** Answers with the header and the body that the node has answered with. */
    private Process bareServer(HttpResponse<byte[]> answer) throws IOException {
        Path body = nodes.directory().resolve("answer.json");
        Path header = nodes.directory().resolve("answer.properties");
        Files.write(body, answer.body());
        Properties fields = new Properties();
        answer.headers().map().forEach((name, values) -> fields.setProperty(name, String.join(", ", values)));
        try (Writer writer = Files.newBufferedWriter(header)) {
            fields.store(writer, null);
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:ReservedCodeCacheSize=64m",
                        "-XX:SweeperThreshold=100",
                        "-Xms32m",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareServer.class.getName(),
                        header.toString(),
                        body.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static double median(List<Side> sides, ToDoubleFunction<Side> figure) {
        return Stats.median(sides.stream().map(figure::applyAsDouble).toList());
    }
}
