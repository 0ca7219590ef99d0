package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.tracing.Spans;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Judges what peers send beside the heads that are known, on threads of its own; holds what is too early. */
final class Judge {

    private final RunVerifier verifier;
    private final Frontier frontier;
    private final Clock clock;
    private final Scheduler threads;
    private final Spans spans;
    private final EarlyRuns early = new EarlyRuns();

    /** @param threads their queue is bounded; what they reject fails with {@link java.util.concurrent.RejectedExecutionException} */
    Judge(RunVerifier verifier, Frontier frontier, Clock clock, Scheduler threads, Spans spans) {
        this.verifier = verifier;
        this.frontier = frontier;
        this.clock = clock;
        this.threads = threads;
        this.spans = spans;
    }

    /** What can be said of entries without looking at any signature. */
    sealed interface Reading {
        /** They are a run. */
        record OfRun(Run run, List<ReadEntry> entries) implements Reading {}

        /** They are none. */
        record Malformed(String detail) implements Reading {}
    }

    /** A message's entries, the head that they were judged beside, and the verdict. */
    record Judged(List<ReadEntry> entries, Optional<LogHead> head, RunVerdict verdict) {

        Received received(RunVerdict.Authentic authentic, PeerId from) {
            List<ReadEntry> authenticEntries = entriesOf(authentic.run());
            authenticEntries.forEach(ReadEntry::opened);
            return new Received(authentic.run(), authentic.before(), authentic.after(), authenticEntries, from);
        }

        private List<ReadEntry> entriesOf(Run run) {
            int first = Math.toIntExact(run.first().sequence() - firstSequence());
            return entries.subList(first, first + run.size());
        }

        IssuerId issuer() {
            return entries.getFirst().entry().event().issuer();
        }

        private long firstSequence() {
            return entries.getFirst().entry().event().sequence();
        }

        long lastSequence() {
            return entries.getLast().entry().event().sequence();
        }

        long headSequence() {
            return head.map(LogHead::sequence).orElse(-1L);
        }
    }

    /** Reads entries and judges them beside the head that is known. */
    Mono<Judged> judge(Supplier<List<LogEntry>> entries, PeerId from) {
        return Mono.fromSupplier(() -> judge(readNow(entries), Optional.empty(), from))
                .subscribeOn(threads);
    }

    /** Reads entries and judges them beside the head that is known, on this thread. */
    Judged judgeNow(List<LogEntry> entries, PeerId from) {
        return judge(readNow(() -> entries), Optional.empty(), from);
    }

    /** Reads entries and their bodies, on a thread of the judge's. */
    Mono<Reading> read(Supplier<List<LogEntry>> entries) {
        return Mono.fromSupplier(() -> {
                    Reading reading = readNow(entries);
                    if (reading instanceof Reading.OfRun read) {
                        read.entries.forEach(ReadEntry::opened);
                    }
                    return reading;
                })
                .subscribeOn(threads);
    }

    private static Reading readNow(Supplier<List<LogEntry>> supplier) {
        try {
            List<LogEntry> entries = supplier.get();
            Run run = Run.of(entries.stream().map(LogEntry::event).toList());
            return new Reading.OfRun(run, entries.stream().map(ReadEntry::new).toList());
        } catch (MalformedException e) {
            return new Reading.Malformed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Judges what was read, on this thread.
     *
     * @param expected a head of the same log that is further than the one that is known, once what is under way is committed
     */
    Judged judge(Reading reading, Optional<LogHead> expected, PeerId from) {
        return switch (reading) {
            case Reading.Malformed malformed ->
                new Judged(
                        List.of(),
                        Optional.empty(),
                        new RunVerdict.Refused(RunVerdict.Reason.MALFORMED, malformed.detail()));
            case Reading.OfRun read -> {
                long begin = clock.millis();
                Optional<LogHead> head = head(read.run().issuer(), expected);
                RunVerdict verdict = verifier.judge(head, read.run(), begin);
                Judged judged = new Judged(read.entries(), head, verdict);
                holdEarly(judged, from, begin);
                if (spans.wanted()) {
                    spans.record("verify", ProfileMessage.traces(logEntries(read.entries())), begin);
                }
                yield judged;
            }
        };
    }

    private Optional<LogHead> head(IssuerId issuer, Optional<LogHead> expected) {
        Optional<LogHead> known = frontier.head(issuer);
        long sequence = known.map(LogHead::sequence).orElse(-1L);
        return expected.filter(head -> head.issuer().equals(issuer) && head.sequence() > sequence)
                .or(() -> known);
    }

    private static List<LogEntry> logEntries(List<ReadEntry> entries) {
        return entries.stream().map(ReadEntry::entry).toList();
    }

    private void holdEarly(Judged judged, PeerId from, long nowMillis) {
        switch (judged.verdict) {
            case RunVerdict.Early soon -> hold(judged.entries, from, soon.readyAtMillis(), nowMillis);
            case RunVerdict.Authentic authentic ->
                authentic
                        .early()
                        .ifPresent(rest -> hold(judged.entriesOf(rest), from, RunVerifier.readyAt(rest), nowMillis));
            default -> {}
        }
    }

    private void hold(List<ReadEntry> entries, PeerId from, long readyAtMillis, long nowMillis) {
        early.hold(new EarlyRuns.Held(logEntries(entries), from, readyAtMillis), nowMillis);
    }

    EarlyRuns early() {
        return early;
    }
}
