package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.Placement;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.sql.SqlErrors;
import dev.grapevine.node.tracing.Spans;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.scheduler.Scheduler;

/** Judges on threads of its own, then applies in batches: one transaction at a time, which grows with the load. */
final class PostgresIntake implements Intake {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresIntake.class);

    /** The most that waits for the database; beyond it, gossip is ignored and pulled runs are told to come again. */
    static final int MAX_QUEUED_BYTES = 16 * 1024 * 1024;

    static final int MAX_BATCH_BYTES = 2 * 1024 * 1024;

    /** Signals come from several threads; one waits for the other. */
    private static final EmitFailureHandler PATIENTLY = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final Transactions transactions;
    private final RunVerifier verifier;
    private final Frontier frontier;
    private final Clock clock;
    private final Scheduler judging;
    private final Spans spans;
    private final AppliedTraces appliedTraces;
    private final Aside aside = new Aside();
    private final EarlyRuns early = new EarlyRuns();
    private final VerdictCounts verdicts = new VerdictCounts();
    private final BatchWorker<Item> worker;
    private final Sinks.Many<Gap> gaps = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<PeerId> dropped = Sinks.many().multicast().directBestEffort();
    private final AtomicLong applied = new AtomicLong();

    /**
     * @param judging where signatures are checked; its queue is bounded, and what it rejects is ignored
     */
    PostgresIntake(
            Transactions transactions,
            RunVerifier verifier,
            Frontier frontier,
            Clock clock,
            Scheduler judging,
            Spans spans) {
        this.spans = spans;
        this.transactions = transactions;
        this.verifier = verifier;
        this.frontier = frontier;
        this.clock = clock;
        this.judging = judging;
        this.appliedTraces = new AppliedTraces(clock);
        this.worker = new BatchWorker<>(MAX_QUEUED_BYTES, MAX_BATCH_BYTES, item -> item.received.bytes(), this::ingest);
    }

    BatchWorker<?> worker() {
        return worker;
    }

    VerdictCounts verdicts() {
        return verdicts;
    }

    int asideBytes() {
        return aside.bytes();
    }

    int earlyBytes() {
        return early.bytes();
    }

    /** A run in the queue, and who waits for what becomes of it. */
    private record Item(Received received, Optional<Sinks.One<Pulled>> answer) {}

    @Override
    public Mono<Verdict> gossip(byte[] message, PeerId from) {
        return judge(() -> ProfileMessage.decode(message).entries(), from)
                .map(judged -> verdicts.count(verdict(judged, from)))
                .onErrorResume(RejectedExecutionException.class, e -> {
                    dropped.emitNext(from, PATIENTLY);
                    return Mono.just(verdicts.count(Verdict.ignore("overloaded")));
                });
    }

    @Override
    public Mono<Pulled> pulled(List<LogEntry> run, PeerId from) {
        return judge(() -> run, from)
                .flatMap(judged -> switch (judged.verdict) {
                    case RunVerdict.Authentic authentic -> enqueue(judged.received(authentic, from));
                    case RunVerdict.Held held -> Mono.just(new Pulled.Applied(judged.headSequence()));
                    case RunVerdict.Early soon -> Mono.<Pulled>just(new Pulled.Early(soon.readyAtMillis()));
                    case RunVerdict.Unjudged unjudged ->
                        Mono.<Pulled>just(new Pulled.Behind(judged.headSequence() + 1));
                    case RunVerdict.Refused refused -> Mono.<Pulled>just(new Pulled.Refused(refused.detail()));
                })
                .onErrorResume(RejectedExecutionException.class, e -> Mono.just(new Pulled.Overloaded()));
    }

    private Mono<Pulled> enqueue(Received received) {
        Sinks.One<Pulled> answer = Sinks.one();
        return worker.offer(new Item(received, Optional.of(answer)))
                ? answer.asMono()
                : Mono.just(new Pulled.Overloaded());
    }

    private Mono<Judged> judge(Supplier<List<LogEntry>> entries, PeerId from) {
        return Mono.fromSupplier(() -> {
                    long begin = clock.millis();
                    try {
                        ProfileMessage message = new ProfileMessage(entries.get());
                        Run run = message.run();
                        Optional<LogHead> head = frontier.head(run.issuer());
                        Judged judged = new Judged(message.entries(), head, verifier.judge(head, run, clock.millis()));
                        holdEarly(judged, from);
                        spans.record("verify", ProfileMessage.traces(message.entries()), begin);
                        return judged;
                    } catch (MalformedException e) {
                        String detail = String.valueOf(e.getMessage());
                        RunVerdict refused = new RunVerdict.Refused(RunVerdict.Reason.MALFORMED, detail);
                        return new Judged(List.of(), Optional.empty(), refused);
                    }
                })
                .subscribeOn(judging);
    }

    /** A message's entries, the head that they were judged beside, and the verdict. */
    private record Judged(List<LogEntry> entries, Optional<LogHead> head, RunVerdict verdict) {

        Received received(RunVerdict.Authentic authentic, PeerId from) {
            Run run = authentic.run();
            return new Received(run, authentic.before(), authentic.after(), entriesOf(run), from);
        }

        List<LogEntry> entriesOf(Run run) {
            int first = Math.toIntExact(
                    run.first().sequence() - entries.getFirst().event().sequence());
            return entries.subList(first, first + run.size());
        }

        long headSequence() {
            return head.map(LogHead::sequence).orElse(-1L);
        }
    }

    private void holdEarly(Judged judged, PeerId from) {
        switch (judged.verdict) {
            case RunVerdict.Early soon -> early.hold(new EarlyRuns.Held(judged.entries, from, soon.readyAtMillis()));
            case RunVerdict.Authentic authentic ->
                authentic
                        .early()
                        .ifPresent(rest -> early.hold(
                                new EarlyRuns.Held(judged.entriesOf(rest), from, RunVerifier.readyAt(rest))));
            default -> {}
        }
    }

    private Verdict verdict(Judged judged, PeerId from) {
        return switch (judged.verdict) {
            case RunVerdict.Held held -> Verdict.ignore("held");
            case RunVerdict.Early soon -> Verdict.ignore("early");
            case RunVerdict.Refused refused -> {
                LOG.debug("Refused from {}: {}", from, refused.detail());
                yield Verdict.reject(refused.reason().name().toLowerCase(Locale.ROOT));
            }
            case RunVerdict.Unjudged unjudged -> {
                signalGap(judged.entries.getFirst().event().issuer(), judged, from);
                yield Verdict.ignore("unjudged");
            }
            case RunVerdict.Authentic authentic -> {
                boolean taken = worker.offer(new Item(judged.received(authentic, from), Optional.empty()));
                if (!taken) {
                    signalGap(authentic.run().issuer(), judged, from);
                    yield Verdict.ignore("overloaded");
                }
                yield switch (authentic.placement()) {
                    case Placement.Next next -> Verdict.accept("next");
                    case Placement.Gap gap -> Verdict.accept("behind a gap");
                    case Placement.Conflict conflict -> Verdict.ignore("conflict");
                    default -> Verdict.ignore("held");
                };
            }
        };
    }

    private void signalGap(IssuerId issuer, Judged judged, PeerId from) {
        signalGap(new Gap(
                issuer,
                judged.headSequence() + 1,
                judged.entries.getLast().event().sequence(),
                from));
    }

    private void signalGap(Gap gap) {
        gaps.emitNext(gap, PATIENTLY);
    }

    /** Where PostgreSQL refuses what one run brings, halves are tried, and halves of these; the others do not suffer for it. */
    private Mono<Void> ingest(List<Item> items) {
        IngestBatch batch = new IngestBatch(verifier, aside, clock.instant());
        List<Received> runs = items.stream().map(Item::received).toList();
        Mono<IngestBatch> work = transactions.inTransaction(connection -> batch.apply(connection, runs));
        return spans.around("apply", traces(runs), work)
                .doOnNext(done -> {
                    appliedTraces.log(done.appended());
                    done.heads().forEach(frontier::advanced);
                    applied.incrementAndGet();
                    items.forEach(item -> finish(item, done));
                    signalGaps(items, done);
                })
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

    /** Nothing of the batch was applied. What was asked for is asked for again; what was gossiped is now missing. */
    private void fail(Item item, Throwable error) {
        item.answer.ifPresentOrElse(answer -> answer.tryEmitError(error), () -> {
            Run run = item.received.run();
            signalGap(new Gap(run.issuer(), run.first().sequence(), run.last().sequence(), item.received.from()));
        });
    }

    private Set<SpanContext> traces(List<Received> runs) {
        return spans.wanted()
                ? runs.stream()
                        .flatMap(received -> ProfileMessage.traces(received.entries()).stream())
                        .collect(Collectors.toSet())
                : Set.of();
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
                signalGap(new Gap(run.issuer(), held + 1, run.first().sequence() - 1, item.received.from()));
            }
        }
    }

    @Override
    public Flux<Gap> gaps() {
        return gaps.asFlux();
    }

    @Override
    public Mono<Integer> bodies(List<ArrivedBody> bodies) {
        return bodies.isEmpty()
                ? Mono.just(0)
                : transactions
                        .inTransaction(connection -> BodyRows.fill(connection, bodies, clock.instant()))
                        .doOnNext(filled -> applied.incrementAndGet());
    }

    @Override
    public Flux<PeerId> dropped() {
        return dropped.asFlux();
    }

    @Override
    public long applied() {
        return applied.get();
    }

    /** Judges held runs again as their time comes. @return stops it */
    Disposable retryEarlyRuns(Flux<?> ticks) {
        return ticks.onBackpressureDrop()
                .concatMap(tick -> Flux.fromIterable(early.ready(clock.millis()))
                        .concatMap(held -> judge(held::entries, held.from())
                                .map(judged -> verdict(judged, held.from()))
                                .onErrorComplete()))
                .subscribe();
    }
}
