package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.Placement;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Judge.Judged;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.trust.Admission;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** Judges on threads of its own, then hands what is authentic to the {@link IngestQueue}. */
final class PostgresIntake implements Intake {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresIntake.class);

    /** Signals come from several threads; one waits for the other. */
    private static final EmitFailureHandler PATIENTLY = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    /** Runs of one stream that are read at once. */
    static final int MAX_READ_AHEAD = 2;

    /** Runs of one stream in the queue or with the database: two batches of them, and a quarter of the queue. */
    static final int MAX_UNDER_WAY = 24;

    /** How often a run of a stream is offered again while the queue is full. */
    private static final int MAX_BUSY_TRIES = 50;

    private static final Duration BUSY_PAUSE = Duration.ofMillis(200);

    private final Transactions transactions;
    private final RunVerifier verifier;
    private final Frontier frontier;
    private final PostgresForks forks;
    private final Clock clock;
    private final Scheduler judging;
    private final Judge judge;
    private final Admission admission;
    private final VerdictCounts verdicts = new VerdictCounts();
    private final IngestQueue queue;
    private final Sinks.Many<Gap> gaps = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<PeerId> dropped = Sinks.many().multicast().directBestEffort();
    private final AtomicLong filled = new AtomicLong();

    /**
     * @param judging where signatures are checked; its queue is bounded, and what it rejects is ignored
     */
    PostgresIntake(
            Transactions transactions,
            RunVerifier verifier,
            Frontier frontier,
            PostgresForks forks,
            Clock clock,
            Scheduler judging,
            Spans spans,
            Admission admission) {
        this.admission = admission;
        this.transactions = transactions;
        this.verifier = verifier;
        this.frontier = frontier;
        this.forks = forks;
        this.clock = clock;
        this.judging = judging;
        this.judge = new Judge(verifier, frontier, clock, judging, spans);
        this.queue = new IngestQueue(transactions, verifier, frontier, clock, admission, spans, this::signalGap);
    }

    /** What is to be applied. Where it is full, gossip is ignored and pulled runs are told to come again. */
    IngestQueue queue() {
        return queue;
    }

    VerdictCounts verdicts() {
        return verdicts;
    }

    int earlyBytes() {
        return judge.early().bytes();
    }

    @Override
    public Mono<Verdict> gossip(byte[] message, PeerId from) {
        return Mono.fromSupplier(() -> ProfileMessage.decode(message))
                .subscribeOn(judging)
                .flatMap(decoded -> decoded.proof()
                        .map(forks::gossiped)
                        .orElseGet(() -> verdict(judge.judgeNow(decoded.entries(), from), from)))
                .onErrorResume(MalformedException.class, e -> {
                    LOG.debug("Malformed from {}: {}", from, e.getMessage());
                    return Mono.just(Verdict.reject("malformed"));
                })
                .map(verdicts::count)
                .onErrorResume(RejectedExecutionException.class, e -> {
                    dropped.emitNext(from, PATIENTLY);
                    return Mono.just(verdicts.count(Verdict.ignore("overloaded")));
                });
    }

    @Override
    public Mono<Pulled> pulled(List<LogEntry> run, PeerId from) {
        if (!run.isEmpty() && isDeclined(run.getFirst().event().issuer())) {
            return Mono.just(new Pulled.Declined());
        }
        return judge.judge(() -> run, from)
                .flatMap(judged -> judged.verdict() instanceof RunVerdict.Authentic authentic
                        ? recoveredFirst(authentic)
                                .flatMap(ready -> Mono.justOrEmpty(queue.pulled(judged.received(authentic, from))))
                                .flatMap(outcome -> outcome)
                                .defaultIfEmpty(new Pulled.Overloaded())
                        : Mono.just(notApplied(judged)))
                .onErrorResume(RejectedExecutionException.class, e -> Mono.just(new Pulled.Overloaded()));
    }

    @Override
    public boolean admits(IssuerId issuer) {
        return declines(issuer).isEmpty();
    }

    private Optional<Admission.Reason> declines(IssuerId issuer) {
        return admission.declines(issuer, frontier.head(issuer).isPresent());
    }

    private static Pulled notApplied(Judged judged) {
        return switch (judged.verdict()) {
            case RunVerdict.Held held -> new Pulled.Applied(judged.headSequence());
            case RunVerdict.Early soon -> new Pulled.Early(soon.readyAtMillis());
            case RunVerdict.Unjudged unjudged -> new Pulled.Behind(judged.headSequence() + 1);
            case RunVerdict.Refused refused -> new Pulled.Refused(refused.detail());
            case RunVerdict.Authentic authentic -> throw new IllegalStateException("an authentic run is applied");
        };
    }

    /**
     * Where a run has a recovery and does not simply continue the log, the recovery is taken in before the run: it decides what
     * the log is. Empty where too much waits.
     */
    private Mono<Boolean> recoveredFirst(RunVerdict.Authentic authentic) {
        return misplacedRecovery(authentic)
                .map(recovery -> forks.recovered(recovery).map(outcome -> true))
                .orElse(Mono.just(true));
    }

    private Optional<SignedEvent> misplacedRecovery(RunVerdict.Authentic authentic) {
        boolean continues = authentic.placement() instanceof Placement.Next
                && !frontier.isFrozen(authentic.run().issuer());
        return continues
                ? Optional.empty()
                : authentic.run().events().stream()
                        .filter(event -> verifier.isRecovery(event, authentic.before()))
                        .findFirst();
    }

    @Override
    public Flux<Pulled> pulled(Flux<Arriving> runs) {
        return Flux.defer(() -> {
            AtomicReference<Optional<LogHead>> expected = new AtomicReference<>(Optional.empty());
            return runs.flatMapSequential(
                            run -> whenFree(judge.read(run.entries())).map(reading -> new Sent(reading, run.from())),
                            MAX_READ_AHEAD,
                            1)
                    .concatMap(sent -> next(sent, expected), 1)
                    .concatMap(outcome -> outcome, MAX_UNDER_WAY);
        });
    }

    /** What a peer sent. */
    private record Sent(Judge.Reading reading, PeerId from) {}

    private Mono<Mono<Pulled>> next(Sent sent, AtomicReference<Optional<LogHead>> expected) {
        if (sent.reading instanceof Judge.Reading.OfRun read
                && isDeclined(read.run().issuer())) {
            return Mono.just(Mono.just(new Pulled.Declined()));
        }
        Judged judged = judge.judge(sent.reading, expected.get(), sent.from);
        expected.set(headAfter(judged));
        return offered(judged, sent.from);
    }

    /** Where a log ends once a run is applied; without a run to apply, nobody knows. */
    private static Optional<LogHead> headAfter(Judged judged) {
        if (!(judged.verdict() instanceof RunVerdict.Authentic authentic)) {
            return Optional.empty();
        }
        SignedEvent last = authentic.run().last();
        return Optional.of(new LogHead(
                last.issuer(), last.sequence(), last.hash(), last.event().occurredAtMillis(), authentic.after()));
    }

    /** Puts a run into the queue as soon as there is room, and ends then. @return what becomes of it */
    private Mono<Mono<Pulled>> offered(Judged judged, PeerId from) {
        if (!(judged.verdict() instanceof RunVerdict.Authentic authentic)) {
            return Mono.just(Mono.just(notApplied(judged)));
        }
        Received received = judged.received(authentic, from);
        return recoveredFirst(authentic)
                .flatMap(ready -> Mono.defer(() -> Mono.justOrEmpty(queue.pulled(received)))
                        .repeatWhenEmpty(full -> full.take(MAX_BUSY_TRIES).delayElements(BUSY_PAUSE)))
                .defaultIfEmpty(Mono.just(new Pulled.Overloaded()));
    }

    private static <T> Mono<T> whenFree(Mono<T> work) {
        return work.retryWhen(
                Retry.fixedDelay(MAX_BUSY_TRIES, BUSY_PAUSE).filter(RejectedExecutionException.class::isInstance));
    }

    private Mono<Verdict> verdict(Judged judged, PeerId from) {
        return judged.verdict() instanceof RunVerdict.Authentic authentic
                ? misplacedRecovery(authentic)
                        .map(recovery ->
                                forks.recovered(recovery).map(outcome -> afterRecovery(judged, authentic, from)))
                        .orElseGet(() -> Mono.just(plainVerdict(judged, from)))
                : Mono.just(plainVerdict(judged, from));
    }

    /** What comes with a recovery, or after it, may continue the log now. */
    private Verdict afterRecovery(Judged judged, RunVerdict.Authentic authentic, PeerId from) {
        Verdict verdict = plainVerdict(judged, from);
        boolean held = verdict.kind() == Verdict.Kind.IGNORE
                && frontier.head(authentic.run().issuer())
                        .filter(head -> head.keys().equals(authentic.after()))
                        .isPresent();
        return held ? Verdict.accept("recovery") : verdict;
    }

    private Verdict plainVerdict(Judged judged, PeerId from) {
        return switch (judged.verdict()) {
            case RunVerdict.Held held -> Verdict.ignore("held");
            case RunVerdict.Early soon -> Verdict.ignore("early");
            case RunVerdict.Refused refused -> {
                LOG.debug("Refused from {}: {}", from, refused.detail());
                yield Verdict.reject(refused.reason().name().toLowerCase(Locale.ROOT));
            }
            case RunVerdict.Unjudged unjudged -> {
                if (isDeclined(judged.issuer())) {
                    yield Verdict.ignore("declined");
                }
                signalGap(judged, from);
                yield Verdict.ignore("unjudged");
            }
            case RunVerdict.Authentic authentic -> {
                if (isDeclined(authentic.run().issuer())) {
                    yield authentic.placement() instanceof Placement.Conflict
                            ? Verdict.ignore("conflict")
                            : Verdict.accept("declined");
                }
                if (frontier.isFrozen(authentic.run().issuer())) {
                    yield Verdict.ignore("frozen");
                }
                boolean taken = queue.gossiped(judged.received(authentic, from));
                if (!taken) {
                    signalGap(judged, from);
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

    /** Validity decides forwarding, admission decides storing. */
    private boolean isDeclined(IssuerId issuer) {
        Optional<Admission.Reason> reason = declines(issuer);
        reason.ifPresent(admission::count);
        return reason.isPresent();
    }

    private void signalGap(Judged judged, PeerId from) {
        signalGap(new Gap(judged.issuer(), judged.headSequence() + 1, judged.lastSequence(), from));
    }

    private void signalGap(Gap gap) {
        gaps.emitNext(gap, PATIENTLY);
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
                        .inTransaction(connection -> BodyRows.fill(connection, bodies, admission, clock.instant()))
                        .doOnNext(count -> filled.incrementAndGet());
    }

    @Override
    public Flux<PeerId> dropped() {
        return dropped.asFlux();
    }

    @Override
    public long applied() {
        return queue.batches() + filled.get();
    }

    /** Judges held runs again as their time comes, and drops what waits for others. @return stops it */
    Disposable retryEarlyRuns(Flux<?> ticks) {
        return ticks.onBackpressureDrop()
                .doOnNext(tick -> queue.expire())
                .concatMap(tick -> Flux.fromIterable(judge.early().ready(clock.millis()))
                        .concatMap(held -> judge.judge(held::entries, held.from())
                                .flatMap(judged -> verdict(judged, held.from()))
                                .onErrorComplete()))
                .subscribe();
    }
}
