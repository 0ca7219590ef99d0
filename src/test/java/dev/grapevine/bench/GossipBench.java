package dev.grapevine.bench;

import dev.grapevine.interop.NpmPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;

/** Our gossipsub beside js-libp2p's: the same messages by the same commands, in turns, each among processes of its own make. */
final class GossipBench {

    private static final Path INTEROP = Path.of(System.getProperty("bench.home"), "interop");
    private static final List<Integer> SIZES = List.of(2, 5);

    private final Path directory;
    private final int perSecond;
    private final int rounds;
    private final Duration duration;
    private final boolean profile;

    GossipBench(Path directory, int perSecond, int rounds, int seconds, boolean profile) {
        this.directory = directory;
        this.perSecond = perSecond;
        this.rounds = rounds;
        this.duration = Duration.ofSeconds(seconds);
        this.profile = profile;
    }

    /** One group in one round: milliseconds at the fixed rate; messages a second, and CPU of all its processes, in the flood. */
    private record Side(double p50, double p99, double perSecond, double cpu) {}

    private record Round(Side ours, Side theirs) {

        double ratio(ToDoubleFunction<Side> figure) {
            return figure.applyAsDouble(ours) / figure.applyAsDouble(theirs);
        }
    }

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        List<String> js = List.of(new NpmPackages(INTEROP).node(), "gossip-peer.mjs");
        List<List<Round>> bySize = new ArrayList<>();
        for (int size : SIZES) {
            bySize.add(compare(report, size, js));
        }
        Report.progress("Done.");
        ratio(report, "latency_p50_ratio", bySize, Side::p50, "our median latency over theirs; the worse of 2 and 5");
        ratio(report, "latency_p99_ratio", bySize, Side::p99, "our 99th percentile over theirs; the worse of 2 and 5");
        report.figure(
                "throughput_ratio",
                bySize.stream()
                        .mapToDouble(some -> median(some, round -> round.ratio(Side::perSecond)))
                        .min()
                        .orElseThrow(),
                "our messages a second over theirs; the worse of 2 and 5");
        ratio(report, "cpu_ratio", bySize, Side::cpu, "our CPU a message over theirs; the worse of 2 and 5");
        for (int i = 0; i < SIZES.size(); i++) {
            figures(report, SIZES.get(i) + "_ours_", bySize.get(i), Round::ours);
            figures(report, SIZES.get(i) + "_js_", bySize.get(i), Round::theirs);
        }
        report.figure("rounds", rounds, "in turns; medians of the rounds, and of the rounds' ratios");
        for (String name : List.of("libp2p", "@libp2p/gossipsub", "@chainsafe/libp2p-quic")) {
            report.version(name, version(name));
        }
        report.remark(
                "Messages of %d bytes, signed and verified, by QUIC. Latency at %d a second for %d s; throughput and CPU"
                                .formatted(GossipPeer.MESSAGE_BYTES, perSecond, duration.toSeconds())
                        + " while as many are published as all receivers take, for as long.");
    }

    private List<Round> compare(Report report, int size, List<String> js)
            throws IOException, InterruptedException, ExecutionException {
        String[] options = profile ? new String[] {CpuProfile.javaOption(directory.resolve("%p.jfr"))} : new String[0];
        List<Round> all = new ArrayList<>();
        List<Long> pids;
        long begin;
        try (GossipGroup ours = new GossipGroup(size, PeerProcess.java(GossipPeer.class, options), directory);
                GossipGroup theirs = new GossipGroup(size, js, INTEROP)) {
            pids = ours.pids();
            Report.progress("%d processes each: warming up both sides.", size);
            WarmUp.untilLevel(window -> (double) theirs.flood(WarmUp.WINDOW));
            WarmUp.untilLevel(window -> (double) ours.flood(WarmUp.WINDOW));
            begin = System.currentTimeMillis();
            for (int i = 0; i < rounds; i++) {
                Round round = new Round(measure(ours), measure(theirs));
                all.add(round);
                Report.progress("Round %d: ours %s, js %s", i + 1, round.ours, round.theirs);
            }
        }
        if (profile) {
            for (long pid : List.of(pids.getFirst(), pids.getLast())) {
                report.remark("One of %d, the %s:".formatted(size, pids.getFirst() == pid ? "publisher" : "last"));
                report.remark(CpuProfile.summary(directory.resolve(pid + ".jfr"), begin));
            }
        }
        return all;
    }

    private Side measure(GossipGroup group) throws IOException, InterruptedException {
        long[] latencies = group.latencies(perSecond, duration);
        double before = Usage.cpuSeconds(group.pids());
        long begin = System.nanoTime();
        long messages = group.flood(duration);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = Usage.cpuSeconds(group.pids()) - before;
        return new Side(
                Stats.millis(latencies, 0.50), Stats.millis(latencies, 0.99), messages / seconds, cpu / messages * 1e6);
    }

    private static void ratio(
            Report report, String name, List<List<Round>> bySize, ToDoubleFunction<Side> figure, String meaning) {
        report.figure(
                name,
                bySize.stream()
                        .mapToDouble(some -> median(some, round -> round.ratio(figure)))
                        .max()
                        .orElseThrow(),
                meaning);
    }

    private static void figures(Report report, String prefix, List<Round> some, Function<Round, Side> side) {
        report.figure(prefix + "p50_ms", median(some, round -> side.apply(round).p50), "ms from publish to handler");
        report.figure(prefix + "p99_ms", median(some, round -> side.apply(round).p99), "ms from publish to handler");
        report.figure(prefix + "per_s", median(some, round -> side.apply(round).perSecond), "messages a second");
        report.figure(
                prefix + "cpu_us", median(some, round -> side.apply(round).cpu), "µs of CPU a message, all of them");
    }

    private static double median(List<Round> some, ToDoubleFunction<Round> figure) {
        return Stats.median(some.stream().map(figure::applyAsDouble).toList());
    }

    private static String version(String name) throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(INTEROP.resolve("node_modules/" + name + "/package.json")))
                .get("version")
                .asString();
    }
}
