package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Bytes on one stream, and streams one after the other, between two hosts in processes of their own. */
final class QuicBench {

    private static final int MIB = 200;

    /** A JVM that has just started carries few MiB a second. */
    private static final int WARM_UP_MIB = 20;

    private static final int STREAMS = 10_000;
    private static final double MB_PER_MIB = 1.048576;

    private final Path directory;
    private final int rounds;
    private final boolean profile;

    QuicBench(Path directory, int rounds, boolean profile) {
        this.directory = directory;
        this.rounds = rounds;
        this.profile = profile;
    }

    /** What one command took: seconds that passed, and CPU seconds of both processes. */
    private record Took(double seconds, double cpu) {}

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        Path recording = directory.resolve("quic.jfr");
        List<Took> sent = new ArrayList<>();
        List<Took> opened = new ArrayList<>();
        String[] options = profile ? new String[] {CpuProfile.javaOption(recording)} : new String[0];
        long begin;
        try (PeerProcess server = new PeerProcess(PeerProcess.java(QuicPeer.class), directory);
                PeerProcess client = new PeerProcess(PeerProcess.java(QuicPeer.class, options), directory)) {
            client.ask("dial " + server.address(), "dialled");
            Report.progress("Warming up.");
            WarmUp.untilLevel(window -> WARM_UP_MIB / time(client, server, "send " + WARM_UP_MIB).seconds);
            WarmUp.untilLevel(window -> STREAMS / time(client, server, "streams " + STREAMS).seconds);
            begin = System.currentTimeMillis();
            for (int i = 0; i < rounds; i++) {
                sent.add(time(client, server, "send " + MIB));
                opened.add(time(client, server, "streams " + STREAMS));
                Report.progress(
                        "Round %d: %d MiB %s, %d streams %s", i + 1, MIB, sent.getLast(), STREAMS, opened.getLast());
            }
        }
        double megabytes = MIB * MB_PER_MIB;
        report.figure(
                "mb_per_cpu_s",
                Stats.median(sent.stream().map(took -> megabytes / took.cpu).toList()),
                "MB on one stream a CPU second, of both processes together");
        report.figure(
                "mb_per_s",
                Stats.median(sent.stream().map(took -> megabytes / took.seconds).toList()),
                "MB on one stream a second");
        report.figure(
                "streams_per_s",
                Stats.median(opened.stream().map(took -> STREAMS / took.seconds).toList()),
                "streams a second: opened, protocol agreed on, a request and its answer, ended");
        report.figure(
                "stream_cpu_us",
                Stats.median(
                        opened.stream().map(took -> took.cpu / STREAMS * 1e6).toList()),
                "µs of CPU a stream, of both processes together");
        report.figure("rounds", rounds, "of both in turns; medians count");
        report.remark("%d MiB on one stream; %,d streams, 24 of them at a time; one connection between two processes."
                .formatted(MIB, STREAMS));
        if (profile) {
            report.remark(CpuProfile.summary(recording, begin));
        }
    }

    private static Took time(PeerProcess client, PeerProcess server, String command)
            throws IOException, InterruptedException {
        List<Long> both = List.of(client.pid(), server.pid());
        double before = Usage.cpuSeconds(both);
        long begin = System.nanoTime();
        client.ask(command, "done");
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Took(seconds, Usage.cpuSeconds(both) - before);
    }
}
