package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.sim.VirtualTime;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.ModelledDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Some nodes through some minutes of faults, all from one seed. Then the faults heal, and within {@link #MAX_HEALING_MILLIS} all
 * must hold the same.
 */
final class Simulation {

    static final long MAX_HEALING_MILLIS = 15 * 60_000;

    private static final long SECOND = 1_000;

    /** Within that time a request is committed, answered and gossiped. */
    private static final long MAX_COMMIT_MILLIS = 80;

    private static final double MAX_LOSS = 0.2;

    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final SimNetwork network;
    private final SimTruth truth = new SimTruth();
    private final SimModels models;
    private final List<SimNode> honest = new ArrayList<>();
    private final Map<SimNode, ModelledDisk> backups = new HashMap<>();
    private final Set<SimNode> late = new HashSet<>();
    private final Optional<SimNode> liar;
    private final Optional<SimIssuer> rogue;
    private final List<LogEntry> rogueLog = new ArrayList<>();
    private final long faultsEnd;
    private final long rogueForksAt;
    private long convergedAfter;

    Simulation(long seed, SimModels models) {
        random = new Random(seed);
        network = new SimNetwork(time, random);
        this.models = models;
        int nodes = random.nextInt(3, 7);
        for (int i = 0; i < nodes; i++) {
            honest.add(node(i, false));
        }
        liar = random.nextInt(3) > 0 ? Optional.of(node(nodes, true)) : Optional.empty();
        rogue = random.nextBoolean() ? Optional.of(new SimIssuer("Rogue", random, truth)) : Optional.empty();
        faultsEnd = random.nextLong(90, 240) * SECOND;
        rogueForksAt = random.nextLong(30, 90) * SECOND;
    }

    private SimNode node(int number, boolean lies) {
        SimNode node = new SimNode(number, lies, network, truth, random, models);
        network.add(node);
        return node;
    }

    SimTruth truth() {
        return truth;
    }

    /** How long it took after the faults until all held the same, in virtual milliseconds. */
    long convergedAfter() {
        return convergedAfter;
    }

    List<SimNode> honest() {
        return honest;
    }

    void run() {
        network.setLoss(random.nextDouble() * MAX_LOSS);
        liar.ifPresent(SimNode::start);
        SimNode joiner = honest.getLast();
        SimNode absent = honest.get(honest.size() - 2);
        late.add(joiner);
        honest.stream().filter(node -> node != joiner).forEach(SimNode::start);
        time.after(faultsEnd / 4, () -> away(absent, true));
        time.after(faultsEnd * 3 / 4, () -> away(absent, false));
        time.after(faultsEnd * 2 / 3, () -> {
            away(joiner, false);
            rogue.ifPresent(issuer -> rogueForksLower(issuer, joiner));
        });
        rogue.ifPresent(issuer -> time.after(SECOND, () -> rogueAppends(issuer)));
        rogue.ifPresent(issuer -> time.after(rogueForksAt, () -> rogueForks(issuer)));
        while (time.now() < faultsEnd) {
            time.pass(random.nextLong(200, 1_500));
            network.second();
            fault();
        }
        heal();
        restoreInPeace();
    }

    private void away(SimNode node, boolean away) {
        if (away) {
            late.add(node);
            kill(node);
        } else {
            late.remove(node);
            node.start();
        }
    }

    private void kill(SimNode node) {
        if (node.isUp()) {
            node.kill();
        }
    }

    private SimNode any() {
        return honest.get(random.nextInt(honest.size()));
    }

    private void fault() {
        int kind = random.nextInt(100);
        if (kind < 60) {
            requestOf(any());
        } else if (kind < 68) {
            crash(any());
        } else if (kind < 72) {
            partition();
        } else if (kind < 76) {
            network.setLoss(random.nextDouble() * MAX_LOSS);
        } else if (kind < 80) {
            any().setSlowMillis(random.nextBoolean() ? 0 : random.nextLong(30 * SECOND));
        } else if (kind < 84) {
            SimNode node = any();
            backups.put(node, node.disk().copy());
        } else if (kind < 87) {
            restore(any());
        } else {
            redeliver();
        }
    }

    private void requestOf(SimNode node) {
        node.request();
        if (random.nextInt(20) == 0) {
            time.after(random.nextLong(MAX_COMMIT_MILLIS), () -> crash(node));
        }
    }

    /** At any step: what was not committed is lost. */
    private void crash(SimNode node) {
        kill(node);
        time.after(random.nextLong(60) * SECOND, () -> {
            if (!late.contains(node)) {
                node.start();
            }
        });
    }

    private void partition() {
        Set<SimNode> side = new HashSet<>();
        network.nodes().stream().filter(node -> random.nextBoolean()).forEach(side::add);
        network.cut((one, other) -> side.contains(one) != side.contains(other));
        time.after(random.nextLong(5, 60) * SECOND, () -> network.cut((one, other) -> false));
    }

    /** From an old backup; but only where others have what the node has acknowledged, or it would be gone indeed. */
    private void restore(SimNode node) {
        ModelledDisk backup = backups.get(node);
        boolean others = truth.acknowledged(node).stream()
                .allMatch(event -> honest.stream().anyMatch(other -> other != node && SimTruth.isHeld(other, event)));
        if (backup != null && others && node.isUp()) {
            backups.clear();
            kill(node);
            node.restore(backup);
            time.after(random.nextLong(1, 10) * SECOND, () -> {
                if (!late.contains(node)) {
                    node.start();
                }
            });
        }
    }

    /** The liar says again what was once said. */
    private void redeliver() {
        liar.filter(SimNode::isUp)
                .ifPresent(from -> truth.gossiped().stream()
                        .skip(random.nextInt(1 + truth.gossiped().size()))
                        .limit(3)
                        .toList()
                        .forEach(message -> honest.forEach(to -> network.send(from.id(), to, altered(message)))));
    }

    private byte[] altered(byte[] message) {
        byte[] bytes = message.clone();
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    /** An issuer without a node of its own, that hands its events to whoever is there. */
    private void rogueAppends(SimIssuer issuer) {
        ModelledDisk.Log log = new ModelledDisk().logOf(issuer.id(), rogueLog);
        List<LogEntry> made = issuer.next(rogueLog.isEmpty() ? Optional.empty() : Optional.of(log), network.clock());
        rogueLog.addAll(made);
        say(made, honest);
        if (time.now() < rogueForksAt - 10 * SECOND) {
            time.after(random.nextLong(1, 15) * SECOND, () -> rogueAppends(issuer));
        }
    }

    /** Two events for one place, one for each half. */
    private void rogueForks(SimIssuer issuer) {
        if (!rogueLog.isEmpty()) {
            int trunk = random.nextInt((rogueLog.size() + 1) / 2, rogueLog.size() + 1);
            int half = random.nextInt(1, honest.size());
            say(branch(issuer, trunk), honest.subList(0, half));
            say(branch(issuer, trunk), honest.subList(half, honest.size()));
        }
    }

    /** Whoever holds nothing yet may be told another beginning of the log than everybody else was. */
    private void rogueForksLower(SimIssuer issuer, SimNode newcomer) {
        if (rogueLog.size() > 1 && random.nextInt(3) > 0) {
            List<LogEntry> branch = branch(issuer, random.nextInt(1, rogueLog.size()));
            for (int times = 0; times < 3; times++) {
                say(branch, List.of(newcomer));
            }
        }
    }

    /** So much of the log, and another event than the one that follows there. */
    private List<LogEntry> branch(SimIssuer issuer, int trunk) {
        List<LogEntry> branch = new ArrayList<>(rogueLog.subList(0, trunk));
        ModelledDisk.Log log = new ModelledDisk().logOf(issuer.id(), branch);
        branch.add(issuer.after(log.head().orElseThrow(), network.clock()));
        return branch;
    }

    private void say(List<LogEntry> entries, List<SimNode> to) {
        byte[] message = new ProfileMessage(entries).encode();
        SimNode from = liar.orElse(honest.getFirst());
        to.forEach(node -> network.send(from.id(), node, message));
    }

    private void heal() {
        network.heal();
        late.clear();
        honest.forEach(node -> {
            node.setSlowMillis(0);
            node.start();
        });
        convergedAfter = converge();
    }

    /** @return after how many milliseconds all honest nodes hold the same */
    private long converge() {
        long begun = time.now();
        while (!isConverged()) {
            assertThat(time.now() - begun).as("not converged: %s", this).isLessThan(MAX_HEALING_MILLIS);
            quietSecond();
        }
        honest.forEach(truth::check);
        honest.forEach(truth::checkAtTheEnd);
        return time.now() - begun;
    }

    /** Partitions that had begun before the end of the faults end by themselves. */
    private void quietSecond() {
        time.pass(SECOND);
        network.cut((one, other) -> false);
        network.second();
    }

    /** A node that finds its peers as it should does not fork its log, however old the backup is. */
    private void restoreInPeace() {
        liar.ifPresent(this::kill);
        Optional<SimNode> found = honest.stream()
                .filter(node ->
                        backups.containsKey(node) && truth.fork(node.issuer()).isEmpty())
                .findFirst();
        if (found.isEmpty()) {
            return;
        }
        SimNode node = found.get();
        kill(node);
        node.restore(backups.get(node));
        node.start();
        for (int seconds = 0; seconds < 20; seconds++) {
            node.request();
            quietSecond();
        }
        assertThat(truth.fork(node.issuer()))
                .as("a node asks its peers for its own log before it signs")
                .isEmpty();
        converge();
    }

    private boolean isConverged() {
        Set<Hash> digests = new HashSet<>();
        honest.forEach(node -> digests.add(node.disk().digest()));
        return digests.size() == 1
                && honest.stream().allMatch(SimNode::isIdle)
                && honest.stream().allMatch(this::hasAllBodies);
    }

    /** Bodies that the rogue has kept to itself nobody can have, nor those that a branch has replaced elsewhere. */
    private boolean hasAllBodies(SimNode node) {
        return node.disk().missingBodies().stream()
                .allMatch(missing -> truth.fork(missing.issuer()).isPresent()
                        || rogue.filter(issuer -> issuer.id().equals(missing.issuer()))
                                .isPresent());
    }

    /** Each node's logs, for whoever looks into a failure. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (SimNode node : honest) {
            text.append("\n").append(node.issuer().did().substring(50)).append(":");
            node.disk()
                    .logs()
                    .forEach(log -> text.append(" ")
                            .append(log.issuer().did().substring(50))
                            .append("=")
                            .append(log.events().size())
                            .append(log.frozenAt().map(at -> "!" + at).orElse("")));
            text.append(" missing ").append(node.disk().missingBodies().size());
        }
        return text.toString();
    }
}
