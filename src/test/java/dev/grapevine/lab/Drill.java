package dev.grapevine.lab;

import dev.grapevine.lab.Plan.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** One run of the drill: publishes by the rounds of a plan while its faults happen, then heals everything and compares. */
final class Drill implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    /** For a start of all nodes, for a round, and for the rest after the last one. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** When what shall happen midway happens at the latest, in a round that does not get there. */
    private static final Duration MIDWAY_AT_LAST = Duration.ofSeconds(20);

    private final Settings settings;
    private final Plan plan;
    private final Failures failures = new Failures(true);
    private final LabNetwork network;
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Workload> workloads = new ArrayList<>();
    private final Thread atExit = new Thread(this::destroy);

    /**
     * How large it is, and how patient.
     *
     * @param events by all issuers together, about
     * @param roundLasts at least
     * @param settling how long after the last fault the registries may take to become equal
     */
    record Settings(int events, Duration roundLasts, Duration settling) {}

    Drill(Path directory, List<String> launcher, Plan plan, Settings settings) throws IOException {
        this.settings = settings;
        this.plan = plan;
        this.network = new LabNetwork(directory, launcher, plan.nodes(), plan.seed(), failures);
        Runtime.getRuntime().addShutdownHook(atExit);
        String run = UUID.randomUUID().toString();
        for (LabNode node : network.nodes()) {
            Ledger ledger = new Ledger();
            ledgers.add(ledger);
            workloads.add(new Workload(plan.seed(), node.number()));
            publishers.add(new Publisher(node, ledger, failures, run));
        }
    }

    /** @param sabotage what is spoilt before the registries are checked, to see that the drill fails */
    Result run(Sabotage sabotage) throws InterruptedException {
        Result result = new Result();
        long begin = System.nanoTime();
        try {
            publish(result);
            settleAndCheck(sabotage, result);
        } catch (IOException e) {
            failures.add("the drill went no further: " + e.getMessage());
        }
        try {
            new LogCheck(failures, result).read(network.nodes());
            counts(result);
        } catch (IOException e) {
            failures.add("the logs cannot be read: " + e);
        }
        result.figure("total_s", seconds(begin), "s in all");
        result.failures(failures);
        return result;
    }

    private void publish(Result result) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (LabNode node : network.nodes()) {
            if (!plan.late().contains(node.number())) {
                network.apply(new Fault.Start(node.number()));
            }
        }
        await("the first nodes are ready", this::runningAreAvailable);
        result.figure("start_s", seconds(begin), "s until the first nodes were ready");
        long publishing = System.nanoTime();
        for (int i = 0; i < plan.rounds().size(); i++) {
            round(i + 1, plan.rounds().get(i));
        }
        tell("Mending everything; the rest is published.");
        network.heal();
        await("everything is acknowledged", this::runningAreDone);
        result.figure("publish_s", seconds(publishing), "s from the first event until all were acknowledged");
    }

    private void settleAndCheck(Sabotage sabotage, Result result) throws IOException, InterruptedException {
        Checks checks = new Checks(network, ledgers, failures, result);
        long settling = System.nanoTime();
        checks.settle(settings.settling);
        result.figure("settle_s", seconds(settling), "s from then until current and equal");
        long checking = System.nanoTime();
        sabotage.spoil(network, ledgers);
        checks.all();
        result.figure("check_s", seconds(checking), "s for the checks");
    }

    /** Compares the registries once more, after something was spoilt. What is found counts for this result alone. */
    Result checkAgain(Sabotage sabotage) throws IOException, InterruptedException {
        Result result = new Result();
        Failures found = new Failures(false);
        sabotage.spoil(network, ledgers);
        new Checks(network, ledgers, found, result).all();
        result.failures(found);
        return result;
    }

    private void round(int number, Round round) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (Fault fault : round.first()) {
            apply(number, fault);
        }
        int acknowledgedBefore = acknowledged();
        int released = 0;
        for (int i = 0; i < publishers.size(); i++) {
            Workload.Chunk chunk = workloads
                    .get(i)
                    .chunk(Math.max(
                            1, settings.events / (plan.nodes() * plan.rounds().size())));
            publishers.get(i).add(chunk);
            released += network.nodes().get(i).isAvailable() ? chunk.size() : 0;
        }
        if (!round.midway().isEmpty()) {
            int threshold = acknowledgedBefore + (int) (released * round.after());
            awaitAtMost(MIDWAY_AT_LAST, () -> acknowledged() >= threshold);
            for (Fault fault : round.midway()) {
                apply(number, fault);
            }
        }
        await("round " + number + " is published", this::runningAreDone);
        awaitAtMost(settings.roundLasts.minusNanos(System.nanoTime() - begin), () -> false);
        for (LabNode node : network.nodes()) {
            if (node.isAvailable()) {
                network.checkThatNothingGoesAround(node);
            }
        }
        tell("Round %d: %,d acknowledged, %.1f s".formatted(number, acknowledged(), seconds(begin)));
    }

    private void apply(int round, Fault fault) throws IOException, InterruptedException {
        tell("Round %d: %s".formatted(round, fault.text()));
        network.apply(fault);
    }

    private boolean runningAreAvailable() {
        return network.nodes().stream().allMatch(node -> node.isAvailable() || !node.isRunning());
    }

    /** What a node was given while it was away belongs to it. */
    private boolean runningAreDone() {
        for (int i = 0; i < publishers.size(); i++) {
            LabNode node = network.nodes().get(i);
            if (node.isRunning() && !(node.isAvailable() && publishers.get(i).isDone())) {
                return false;
            }
        }
        return true;
    }

    private int acknowledged() {
        return ledgers.stream().mapToInt(Ledger::acknowledged).sum();
    }

    private void counts(Result result) throws IOException {
        result.figure("acknowledged", acknowledged(), "publishes, updates, revocations, erasures");
        result.figure(
                "repeated", publishers.stream().mapToInt(Publisher::repeated).sum(), "requests and lines sent again");
        result.figure("ended", network.kills(), "nodes killed or stopped");
        result.figure("started", network.starts(), "starts of nodes");
        result.figure("cpu_s", network.cpuSeconds(), "s of CPU by nodes and databases");
        result.figure("packets", (double) network.links().carried(), "carried between the nodes");
        result.figure("packets_lost", (double) network.links().lost(), "of 20 % loss");
        result.figure("packets_cut", (double) network.links().cutOff(), "that came to a link that was cut");
    }

    private static void await(String what, BooleanSupplier condition) throws IOException, InterruptedException {
        if (!awaitAtMost(PATIENCE, condition)) {
            throw new IOException("gave up waiting that " + what + " after " + PATIENCE.toSeconds() + " s");
        }
    }

    private static boolean awaitAtMost(Duration patience, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    /** What is going on, for whoever waits; on standard error, for the table is the result. */
    static void tell(String line) {
        System.err.printf(Locale.ROOT, "%tT %s%n", System.currentTimeMillis(), line);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private void destroy() {
        publishers.forEach(Publisher::close);
        try {
            network.close();
        } catch (IOException e) {
            System.err.println("Not everything could be ended: " + e);
        }
    }

    @Override
    public void close() {
        destroy();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
