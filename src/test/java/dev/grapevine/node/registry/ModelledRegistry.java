package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.Placement;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Gap;
import dev.grapevine.node.registry.Intake.Pulled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The registry of one process on a {@link ModelledDisk}: what {@link PostgresIntake}, {@link IngestBatch} and {@link GroupCommit}
 * do with PostgreSQL. What waits here is lost when the process ends; {@link #commit} makes it last.
 */
public class ModelledRegistry {

    /** What the rest of the node is told. */
    public interface Listener {
        /** There is something to commit. */
        void queued();

        void gap(Gap gap);
    }

    private final ModelledDisk disk;
    private final RunVerifier verifier;
    private final LongSupplier clock;
    private final Listener listener;
    private final Aside aside = new Aside();
    private final EarlyRuns early = new EarlyRuns();
    private final List<Item> queue = new ArrayList<>();
    private FrontierTree frontier = new FrontierTree();

    /** Something to be done in a transaction. */
    private interface Item {
        /** @return what to do when it is committed */
        Runnable apply();
    }

    private record Judged(List<LogEntry> entries, Optional<LogHead> head, RunVerdict verdict) {}

    public ModelledRegistry(ModelledDisk disk, RunVerifier verifier, LongSupplier clock, Listener listener) {
        this.disk = disk;
        this.verifier = verifier;
        this.clock = clock;
        this.listener = listener;
        refreshFrontier();
    }

    public ModelledDisk disk() {
        return disk;
    }

    /** Of what is committed. */
    public FrontierTree frontier() {
        return frontier;
    }

    public long head(IssuerId issuer) {
        return head(disk.log(issuer)).map(LogHead::sequence).orElse(-1L);
    }

    private static Optional<LogHead> head(Optional<ModelledDisk.Log> log) {
        return log.flatMap(ModelledDisk.Log::head);
    }

    /** A log that forks ends earlier than before, so the tree is made anew. */
    private void refreshFrontier() {
        FrontierTree tree = new FrontierTree();
        disk.logs().forEach(log -> log.compared().ifPresent(tree::advanced));
        frontier = tree;
    }

    /** Takes one gossiped message in. */
    public Verdict gossip(byte[] message, PeerId from) {
        ProfileMessage decoded;
        try {
            decoded = ProfileMessage.decode(message);
        } catch (MalformedException e) {
            return Verdict.reject("malformed");
        }
        return decoded.proof().isPresent() ? proven(decoded.proof().get()) : run(judge(decoded.entries(), from), from);
    }

    private Verdict run(Judged judged, PeerId from) {
        IssuerId issuer = judged.entries.getFirst().event().issuer();
        return switch (judged.verdict) {
            case RunVerdict.Refused refused -> Verdict.reject(refused.detail());
            case RunVerdict.Unjudged unjudged -> {
                long last = judged.entries.getLast().event().sequence();
                listener.gap(new Gap(issuer, head(issuer) + 1, last, from));
                yield Verdict.ignore("unjudged");
            }
            case RunVerdict.Authentic authentic -> {
                Received received = received(judged, authentic, from);
                offer(() -> {
                    Pulled outcome = place(received);
                    return () -> told(received, outcome);
                });
                yield authentic.placement() instanceof Placement.Next || authentic.placement() instanceof Placement.Gap
                        ? Verdict.accept("new")
                        : Verdict.ignore("conflict or held");
            }
            default -> Verdict.ignore("held or early");
        };
    }

    private void told(Received received, Pulled outcome) {
        Run run = received.run();
        if (outcome instanceof Pulled.Behind && run.first().sequence() > head(run.issuer()) + 1) {
            listener.gap(
                    new Gap(run.issuer(), head(run.issuer()) + 1, run.first().sequence() - 1, received.from()));
        }
    }

    /**
     * Takes a pulled run in.
     *
     * @param answer gets what became of it, after the commit
     */
    public void pulled(List<LogEntry> run, PeerId from, Consumer<Pulled> answer) {
        Judged judged = judge(run, from);
        switch (judged.verdict) {
            case RunVerdict.Authentic authentic -> {
                Received received = received(judged, authentic, from);
                offer(() -> {
                    Pulled outcome = place(received);
                    return () -> answer.accept(outcome);
                });
            }
            case RunVerdict.Held held ->
                answer.accept(new Pulled.Applied(head(run.getFirst().event().issuer())));
            case RunVerdict.Early soon -> answer.accept(new Pulled.Early(soon.readyAtMillis()));
            case RunVerdict.Unjudged unjudged ->
                answer.accept(new Pulled.Behind(head(run.getFirst().event().issuer()) + 1));
            case RunVerdict.Refused refused -> answer.accept(new Pulled.Refused(refused.detail()));
        }
    }

    private void hold(List<LogEntry> entries, PeerId from, long readyAtMillis) {
        early.hold(new EarlyRuns.Held(entries, from, readyAtMillis), clock.getAsLong());
    }

    private Judged judge(List<LogEntry> entries, PeerId from) {
        try {
            Run run = new ProfileMessage(entries).run();
            Optional<LogHead> head = head(disk.log(run.issuer()));
            RunVerdict verdict = verifier.judge(head, run, clock.getAsLong());
            switch (verdict) {
                case RunVerdict.Early soon -> hold(entries, from, soon.readyAtMillis());
                case RunVerdict.Authentic authentic ->
                    authentic
                            .early()
                            .ifPresent(rest -> hold(entriesOf(entries, rest), from, RunVerifier.readyAt(rest)));
                default -> {}
            }
            return new Judged(entries, head, verdict);
        } catch (MalformedException e) {
            return new Judged(
                    entries,
                    Optional.empty(),
                    new RunVerdict.Refused(RunVerdict.Reason.MALFORMED, String.valueOf(e.getMessage())));
        }
    }

    private static List<LogEntry> entriesOf(List<LogEntry> entries, Run run) {
        int first = Math.toIntExact(
                run.first().sequence() - entries.getFirst().event().sequence());
        return entries.subList(first, first + run.size());
    }

    private static Received received(Judged judged, RunVerdict.Authentic authentic, PeerId from) {
        Run run = authentic.run();
        List<ReadEntry> entries =
                entriesOf(judged.entries, run).stream().map(ReadEntry::new).toList();
        return new Received(run, authentic.before(), authentic.after(), entries, from);
    }

    /** Judges held runs again whose time has come. */
    public void retryEarlyRuns() {
        early.ready(clock.getAsLong()).forEach(held -> run(judge(held.entries(), held.from()), held.from()));
    }

    private Pulled place(Received received) {
        IssuerId issuer = received.run().issuer();
        Optional<ModelledDisk.Log> log = disk.log(issuer);
        Optional<Long> frozenAt = log.flatMap(ModelledDisk.Log::frozenAt);
        return switch (Placement.of(head(log), received.run())) {
            case Placement.Next next ->
                frozenAt.isPresent() ? new Pulled.Conflict(frozenAt.get() - 1) : append(received, next.run());
            case Placement.Held held -> again(received);
            case Placement.Older older -> again(received);
            case Placement.Gap gap -> gap(received, gap);
            case Placement.Conflict conflict -> new Pulled.Conflict(conflict.sequence());
            case Placement.Invalid invalid -> new Pulled.Refused(invalid.rule());
        };
    }

    /** For a run of which nothing is new. */
    protected Pulled again(Received received) {
        Run run = received.run();
        ModelledDisk.Log log = disk.log(run.issuer()).orElseThrow();
        long last = run.last().sequence();
        return log.held().get(Math.toIntExact(last)).hash().equals(run.last().hash())
                ? new Pulled.Applied(head(run.issuer()))
                : new Pulled.Conflict(last);
    }

    protected Pulled gap(Received received, Placement.Gap gap) {
        aside.keep(received, Instant.ofEpochMilli(clock.getAsLong()));
        return new Pulled.Behind(gap.missingFrom());
    }

    protected final Pulled append(Received received, Run fresh) {
        IssuerId issuer = fresh.issuer();
        Optional<LogHead> head = head(disk.log(issuer));
        LogKeys keys = head.map(LogHead::keys).orElseGet(() -> LogKeys.ofUnknown(issuer));
        boolean asJudged = keys.equals(received.keys()) && fresh == received.run();
        if (!asJudged && verifier.authenticate(fresh, keys).isEmpty()) {
            return new Pulled.Refused("the signature is not of the key in force");
        }
        ModelledDisk.Log log = disk.begun(issuer);
        for (ReadEntry read : received.entriesFrom(fresh.first().sequence())) {
            LogEntry entry = read.entry();
            if (entry.event().sequence() <= fresh.last().sequence()) {
                log.append(
                        entry,
                        entry.event() == fresh.last() || entry.event().event().change() instanceof Change.KeyRotated);
            }
        }
        aside.take(issuer, fresh.last().sequence() + 1).forEach(this::place);
        return new Pulled.Applied(head(issuer));
    }

    /**
     * Fills bodies in.
     *
     * @param answer gets how many were missing, after the commit
     */
    public void bodies(List<ArrivedBody> bodies, IntConsumer answer) {
        offer(() -> {
            int filled = (int) bodies.stream().filter(this::fill).count();
            return () -> answer.accept(filled);
        });
    }

    private boolean fill(ArrivedBody body) {
        ProfileRow before = disk.log(body.issuer())
                .map(log -> log.rows().get(body.profileId()))
                .orElse(null);
        if (before == null) {
            return false;
        }
        ProfileRow after = before.fill(body.opening());
        disk.begun(body.issuer()).rows().put(body.profileId(), after);
        return !after.equals(before);
    }

    /**
     * Appends to the own log.
     *
     * @param making makes the entries from the log as it is in the transaction
     * @param answer gets what was appended, after the commit
     */
    public void append(
            IssuerId issuer,
            Function<Optional<ModelledDisk.Log>, List<LogEntry>> making,
            Consumer<List<LogEntry>> answer) {
        offer(() -> {
            List<LogEntry> made = making.apply(disk.log(issuer));
            made.forEach(entry -> disk.begun(issuer).append(entry, true));
            return () -> answer.accept(made);
        });
    }

    /** Freezes the issuer's log before the fork, if the proof is right and none is known that lies lower. */
    public Verdict proven(ForkProof proof) {
        long point = proof.sequence();
        Optional<ModelledDisk.Log> held = disk.log(proof.issuer())
                .or(() -> point == 0 ? Optional.of(disk.begun(proof.issuer())) : Optional.empty());
        if (held.flatMap(ModelledDisk.Log::frozenAt)
                .filter(frozen -> isKnown(frozen, point))
                .isPresent()) {
            return Verdict.ignore("held");
        }
        if (held.isEmpty() || !held.get().follows(proof)) {
            return Verdict.ignore("unjudged");
        }
        ModelledDisk.Log log = held.get();
        if (!proof.isAuthentic(log.keysAt(point), verifier)) {
            return Verdict.reject("forged");
        }
        offer(() -> {
            if (log.frozenAt().filter(frozen -> isKnown(frozen, point)).isEmpty()
                    && disk.log(proof.issuer()).orElse(null) == log) {
                log.freeze(proof);
            }
            return () -> {};
        });
        return Verdict.accept("fork");
    }

    protected boolean isKnown(long frozenAt, long point) {
        return frozenAt <= point;
    }

    private void offer(Item item) {
        queue.add(item);
        listener.queued();
    }

    public boolean hasWork() {
        return !queue.isEmpty();
    }

    /**
     * Commits all that waits, in one transaction.
     *
     * @return what is to happen when the process hears of the commit
     */
    public List<Runnable> commit() {
        List<Item> batch = List.copyOf(queue);
        queue.clear();
        List<Runnable> after = new ArrayList<>(batch.stream().map(Item::apply).toList());
        refreshFrontier();
        return after;
    }
}
