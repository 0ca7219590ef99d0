package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.Gap;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.sql.BatchWorker;
import dev.grapevine.node.sql.SqlErrors;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.trust.Admission;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs that are authentic and wait for the database, which takes them in batches: one transaction at a time, which grows with the load. */
final class IngestQueue {

    private static final Logger LOG = LoggerFactory.getLogger(IngestQueue.class);

    /** The most that waits for the database. */
    static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

    static final int MAX_BATCH_BYTES = 2 * 1024 * 1024;

    private final Transactions transactions;
    private final RunVerifier verifier;
    private final Frontier frontier;
    private final Clock clock;
    private final Admission admission;
    private final Spans spans;
    private final Consumer<Gap> onGap;
    private final AppliedTraces appliedTraces;
    private final Aside aside = new Aside();
    private final BatchWorker<Item> worker;
    private final AtomicLong batches = new AtomicLong();
    private final LongAdder unreadableBodies = new LongAdder();

    /** @param onGap is told, by any thread, where gossiped runs leave or make a gap */
    IngestQueue(
            Transactions transactions,
            RunVerifier verifier,
            Frontier frontier,
            Clock clock,
            Admission admission,
            Spans spans,
            Consumer<Gap> onGap) {
        this.transactions = transactions;
        this.verifier = verifier;
        this.frontier = frontier;
        this.clock = clock;
        this.admission = admission;
        this.spans = spans;
        this.onGap = onGap;
        this.appliedTraces = new AppliedTraces(clock);
        this.worker = new BatchWorker<>(MAX_QUEUED_BYTES, MAX_BATCH_BYTES, item -> item.received.bytes(), this::ingest);
    }

    /** A run in the queue, and who waits for what becomes of it. */
    private record Item(Received received, Optional<Sinks.One<Pulled>> answer) {}

    /** Takes a run that was gossiped, for which nobody waits. @return false if there is no room: the run is not taken */
    boolean gossiped(Received received) {
        return worker.offer(new Item(received, Optional.empty()));
    }

    /** Takes a run that was asked for. @return what becomes of it, after the commit; empty if there is no room: the run is not taken */
    Optional<Mono<Pulled>> pulled(Received received) {
        Sinks.One<Pulled> answer = Sinks.one();
        return worker.offer(new Item(received, Optional.of(answer))) ? Optional.of(answer.asMono()) : Optional.empty();
    }

    BatchWorker<?> worker() {
        return worker;
    }

    /** How many batches have been applied. */
    long batches() {
        return batches.get();
    }

    /** What runs weigh that wait for events before them. */
    int asideBytes() {
        return aside.bytes();
    }

    /** Bodies that came with their events, are right for their commitments, and are no bodies. */
    long unreadableBodies() {
        return unreadableBodies.sum();
    }

    /** Drops what has waited for too long. */
    void expire() {
        aside.expire(clock.instant());
    }

    /** Where PostgreSQL refuses what one run brings, halves are tried, and halves of these; the others do not suffer for it. */
    private Mono<Void> ingest(List<Item> items) {
        IngestBatch batch = new IngestBatch(verifier, aside, admission, clock.instant());
        List<Received> runs = items.stream().map(Item::received).toList();
        Mono<IngestBatch> work = transactions.inTransaction(connection -> batch.apply(connection, runs));
        return spans.around("apply", traces(runs), work)
                .doOnNext(done -> committed(items, done))
                .then()
                .onErrorResume(error -> {
                    if (items.size() > 1 && SqlErrors.isRefusal(error)) {
                        int half = items.size() / 2;
                        return Flux.concatDelayError(
                                        ingest(items.subList(0, half)),
                                        Mono.defer(() -> ingest(items.subList(half, items.size()))))
                                .then();
                    }
                    items.forEach(item -> fail(item, error));
                    return Mono.error(error);
                });
    }

    private Set<SpanContext> traces(List<Received> runs) {
        return spans.wanted()
                ? runs.stream().flatMap(received -> received.traces().stream()).collect(Collectors.toSet())
                : Set.of();
    }

    private void committed(List<Item> items, IngestBatch batch) {
        appliedTraces.log(batch.appended());
        batch.rows().forEach(frontier::advanced);
        batch.committed();
        batches.incrementAndGet();
        unreadableBodies.add(batch.unreadableBodies());
        items.forEach(item -> finish(item, batch));
        signalGaps(items, batch);
    }

    /** Nothing of the batch was applied. What was asked for is asked for again; what was gossiped is now missing. */
    private void fail(Item item, Throwable error) {
        item.answer.ifPresentOrElse(answer -> answer.tryEmitError(error), () -> {
            Run run = item.received.run();
            onGap.accept(
                    new Gap(run.issuer(), run.first().sequence(), run.last().sequence(), item.received.from()));
        });
    }

    private static void finish(Item item, IngestBatch batch) {
        Pulled outcome = batch.outcomes().get(item.received);
        if (outcome == null) {
            throw new IllegalStateException("a run without an outcome: " + item.received.run());
        }
        if (outcome instanceof Pulled.Conflict) {
            LOG.warn(
                    "Two histories of one issuer: {}, from {}, is not what is held.",
                    item.received.run(),
                    item.received.from());
        }
        item.answer.ifPresent(answer -> answer.tryEmitValue(outcome));
    }

    /** One signal an issuer, however many runs wait. Whoever pulls a range sees its own gaps in the answer. */
    private void signalGaps(List<Item> items, IngestBatch batch) {
        Set<IssuerId> signalled = new HashSet<>();
        Map<IssuerId, LogHead> heads = new HashMap<>();
        batch.heads().forEach(head -> heads.put(head.issuer(), head));
        for (Item item : items) {
            Run run = item.received.run();
            LogHead head = heads.get(run.issuer());
            long held = head == null ? -1 : head.sequence();
            boolean behind = batch.outcomes().get(item.received) instanceof Pulled.Behind
                    && run.first().sequence() > held + 1;
            if (behind && item.answer.isEmpty() && signalled.add(run.issuer())) {
                onGap.accept(new Gap(run.issuer(), held + 1, run.first().sequence() - 1, item.received.from()));
            }
        }
    }
}
