package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import dev.grapevine.cli.Roster.Person;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes on one node at a fixed rate, whether or not earlier answers have come, and asks another node for each person
 * from the answer on until it is found.
 */
final class VisibleBench {

    /**
     * The second compiler takes up what has been called 15,000 times (Tier4CompileThreshold), which what is called once a profile
     * has been after two and a half minutes at 100 a second; here twice as many are published, as fast as they go.
     */
    private static final int WARM_UP = 30_000;

    private static final int WARM_UP_AT_ONCE = 16;

    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final long MISSED = -1;
    private static final long SEED = 1;

    private final Nodes nodes;
    private final int rate;
    private final int seconds;
    private final boolean profile;
    private final AtomicLong polls = new AtomicLong();

    VisibleBench(Nodes nodes, int rate, int seconds, boolean profile) {
        this.nodes = nodes;
        this.rate = rate;
        this.seconds = seconds;
        this.profile = profile;
    }

    /**
     * One person on the way.
     *
     * @param publishNanos from when the request was due until its answer
     * @param visibleNanos from the answer until found, or {@link #MISSED}
     */
    private record Journey(long publishNanos, long visibleNanos) {}

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        Path recording = nodes.directory().resolve("there.jfr");
        Node here = nodes.start();
        Node there = profile ? nodes.start(CpuProfile.javaOption(recording)) : nodes.start();
        here.awaitPeer();
        there.awaitPeer();
        List<Person> people = Roster.of(WARM_UP + rate * seconds, SEED);
        Report.progress("Both nodes are ready and connected; warming up with %,d profiles.", WARM_UP);
        warmUp(here, there, people.subList(0, WARM_UP));
        Report.progress("Publishing %d a second for %d s.", rate, seconds);
        polls.set(0);
        long begin = System.currentTimeMillis();
        Cpu hereBefore = Cpu.of(here);
        Cpu thereBefore = Cpu.of(there);
        double clientBefore = clientSeconds();
        Map<String, Double> threadsBefore = Usage.threadSeconds(there.pid());
        List<Journey> journeys = publish(here, there, people.subList(WARM_UP, people.size()));
        Cpu hereCpu = Cpu.of(here).since(hereBefore);
        Cpu thereCpu = Cpu.of(there).since(thereBefore);
        double client = clientSeconds() - clientBefore;

        long[] visible = journeys.stream()
                .mapToLong(Journey::visibleNanos)
                .filter(nanos -> nanos != MISSED)
                .toArray();
        long[] publish = journeys.stream().mapToLong(Journey::publishNanos).toArray();
        report.figure("p50_ms", Stats.millis(visible, 0.50), "ms from the 201 until found on the other node");
        report.figure("p90_ms", Stats.millis(visible, 0.90), "ms");
        report.figure("p99_ms", Stats.millis(visible, 0.99), "ms");
        report.figure("max_ms", Stats.millis(visible, 1), "ms");
        report.figure("missed", journeys.size() - visible.length, "not found within " + GIVE_UP.toSeconds() + " s");
        report.figure("publish_p50_ms", Stats.millis(publish, 0.50), "ms from when a POST was due until its 201");
        report.figure("publish_p99_ms", Stats.millis(publish, 0.99), "ms");
        report.figure("published_per_s", rate, "by POST, on a fixed schedule");
        report.figure("published", journeys.size(), "profiles");
        report.figure("warm_up", WARM_UP, "profiles before, " + WARM_UP_AT_ONCE + " on the way at any time");
        report.figure("polls", polls.intValue(), "GETs on the other node in all");
        cpu(report, "here", hereCpu, journeys.size());
        cpu(report, "there", thereCpu, journeys.size());
        report.figure("client_cpu_us", client / journeys.size() * 1e6, "µs of CPU a profile, who publishes and asks");
        report.remark(
                "A person is asked for at once after the 201, and then " + POLL.toMillis()
                        + " ms after each 404, so figures may be that much too high. Nobody is asked for who is not on the way.");
        if (profile) {
            report.remark(CpuProfile.threads(threadsBefore, Usage.threadSeconds(there.pid())));
            there.stop();
            report.remark(CpuProfile.summary(recording, begin));
        }
    }

    private static double clientSeconds() throws IOException {
        return Usage.cpuSeconds(List.of(ProcessHandle.current().pid()));
    }

    private static void cpu(Report report, String side, Cpu used, int profiles) {
        report.figure(
                side + "_node_cpu_us",
                used.node / profiles * 1e6,
                "µs of CPU a profile, the node " + side + ", JIT included");
        report.figure(side + "_postgres_cpu_us", used.postgres / profiles * 1e6, "µs of CPU a profile, its database");
    }

    /** CPU seconds used by a node and its database. */
    private record Cpu(double node, double postgres) {

        static Cpu of(Node node) throws IOException {
            return new Cpu(Usage.cpuSeconds(List.of(node.pid())), Usage.cpuSeconds(node.postgresPids()));
        }

        Cpu since(Cpu before) {
            return new Cpu(node - before.node, postgres - before.postgres);
        }
    }

    private void warmUp(Node here, Node there, List<Person> people) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(WARM_UP_AT_ONCE)) {
            List<Callable<Journey>> tasks = people.stream()
                    .<Callable<Journey>>map(person -> () -> journey(here, there, person, System.nanoTime()))
                    .toList();
            awaitAll(threads, tasks);
        }
    }

    private List<Journey> publish(Node here, Node there, List<Person> people)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Journey>> tasks = new ArrayList<>();
            for (int i = 0; i < people.size(); i++) {
                long due = start + i * 1_000_000_000L / rate;
                Person person = people.get(i);
                tasks.add(() -> journey(here, there, person, due));
            }
            return awaitAll(threads, tasks);
        }
    }

    private static List<Journey> awaitAll(ExecutorService threads, List<Callable<Journey>> tasks)
            throws InterruptedException, ExecutionException {
        List<Journey> journeys = new ArrayList<>();
        for (Future<Journey> journey : threads.invokeAll(tasks)) {
            journeys.add(journey.get());
        }
        return journeys;
    }

    private Journey journey(Node here, Node there, Person person, long due) throws IOException, InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        int status = here.publish(person.json());
        long committed = System.nanoTime();
        if (status != 201) {
            throw new IOException("publishing was answered " + status);
        }
        while (System.nanoTime() - committed < GIVE_UP.toNanos()) {
            polls.incrementAndGet();
            if (there.lookup(person.username()).statusCode() == 200) {
                return new Journey(committed - due, System.nanoTime() - committed);
            }
            Thread.sleep(POLL);
        }
        return new Journey(committed - due, MISSED);
    }
}
