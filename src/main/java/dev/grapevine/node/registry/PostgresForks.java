package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.sql.BatchWorker;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/**
 * Forks, by the database. One issuer's lock is held for each of them; proofs and recoveries are taken in one after the other, up to a
 * queue.
 */
final class PostgresForks implements Forks {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresForks.class);

    /** What waits to be judged; more is ignored, for its senders know it and will tell it again. */
    static final int MAX_WAITING = 256;

    private static final EmitFailureHandler PATIENTLY = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final Transactions database;
    private final RunVerifier verifier;
    private final Frontier frontier;
    private final IssuerId own;
    private final Clock clock;
    private final BatchWorker<Waiting> worker;
    private final Sinks.Many<ForkProof> found = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<SignedEvent> made = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<IssuerId> changed = Sinks.many().multicast().directBestEffort();

    /** @param own this node's issuer */
    PostgresForks(Transactions database, RunVerifier verifier, Frontier frontier, IssuerId own, Clock clock) {
        this.database = database;
        this.verifier = verifier;
        this.frontier = frontier;
        this.own = own;
        this.clock = clock;
        this.worker = new BatchWorker<>(MAX_WAITING, 1, waiting -> 1, this::take);
    }

    private record Waiting(IssuerId issuer, ForkEvidence evidence, Sinks.One<Freeze.Outcome> outcome) {}

    @Override
    public Flux<ForkProof> found() {
        return found.asFlux();
    }

    @Override
    public Flux<SignedEvent> made() {
        return made.asFlux();
    }

    @Override
    public Flux<IssuerId> changed() {
        return changed.asFlux();
    }

    @Override
    public Mono<Boolean> recover(SignedEvent recovery) {
        return recovered(recovery)
                .flatMap(outcome -> row(recovery.issuer()))
                .filter(row -> !row.forks().excludes(recovery.sequence()))
                .flatMap(row -> hashes(recovery.issuer(), List.of(recovery.sequence())))
                .map(hashes -> Objects.equals(recovery.hash(), hashes.get(recovery.sequence())))
                .defaultIfEmpty(false)
                .doOnNext(stands -> {
                    if (stands) {
                        made.emitNext(recovery, PATIENTLY);
                    }
                });
    }

    /** What to do with a proof that was gossiped. */
    Mono<Verdict> gossiped(ForkProof proof) {
        return take(proof.issuer(), new ForkEvidence(Optional.of(proof), List.of(), List.of()))
                .map(outcome -> switch (outcome) {
                    case FROZEN -> Verdict.accept("fork");
                    case KNOWN -> Verdict.ignore("held");
                    case UNJUDGED -> Verdict.ignore("unjudged");
                    case FORGED -> Verdict.reject("forged");
                })
                .defaultIfEmpty(Verdict.ignore("overloaded"));
    }

    /** Takes a recovery in, which may end a freeze, or cut the log off. */
    Mono<Freeze.Outcome> recovered(SignedEvent recovery) {
        return take(recovery.issuer(), new ForkEvidence(Optional.empty(), List.of(), List.of(recovery)));
    }

    @Override
    public Mono<Boolean> proven(ForkProof proof) {
        return take(proof.issuer(), new ForkEvidence(Optional.of(proof), List.of(), List.of()))
                .map(outcome -> outcome == Freeze.Outcome.FROZEN)
                .defaultIfEmpty(false);
    }

    @Override
    public Mono<Void> told(IssuerId issuer, ForkEvidence evidence) {
        return take(issuer, evidence).then();
    }

    /** Empty where too much waits. */
    private Mono<Freeze.Outcome> take(IssuerId issuer, ForkEvidence evidence) {
        Waiting waiting = new Waiting(issuer, evidence, Sinks.one());
        return worker.offer(waiting) ? waiting.outcome.asMono() : Mono.empty();
    }

    private Mono<Void> take(List<Waiting> batch) {
        return Flux.fromIterable(batch)
                .concatMap(waiting -> judge(waiting)
                        .doOnNext(outcome -> waiting.outcome.tryEmitValue(outcome))
                        .doOnError(waiting.outcome::tryEmitError))
                .then();
    }

    /** An issuer of whom nothing is held cannot be judged. */
    private Mono<Freeze.Outcome> judge(Waiting waiting) {
        Mono<TakeEvidence> work =
                database.inTransaction(connection -> IssuerRow.lock(connection, Set.of(waiting.issuer))
                        .filter(rows -> !rows.isEmpty())
                        .flatMap(rows -> new TakeEvidence(connection, waiting.issuer, verifier, clock.instant())
                                .apply(waiting.evidence)));
        return work.flatMap(done -> row(waiting.issuer)
                        .doOnNext(row -> noticed(row, waiting.evidence.proof(), done))
                        .thenReturn(done.outcome()))
                .defaultIfEmpty(Freeze.Outcome.UNJUDGED);
    }

    private Mono<IssuerRow> row(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer).flux())
                .next();
    }

    private void noticed(IssuerRow row, Optional<ForkProof> proof, TakeEvidence taken) {
        boolean wasFrozen = frontier.isFrozen(row.issuer());
        frontier.advanced(row);
        if (taken.isNews()) {
            changed.emitNext(row.issuer(), PATIENTLY);
        }
        if (taken.outcome() == Freeze.Outcome.FROZEN && row.forks().isFrozen()) {
            warn(row);
            proof.ifPresent(fork -> found.emitNext(fork, PATIENTLY));
        } else if (wasFrozen && !row.forks().isFrozen()) {
            LOG.info(
                    "{} has recovered its log at event {}; it is not frozen any more.",
                    row.issuer().did(),
                    row.forks().recoveredAt().orElse(-1L));
        }
    }

    private void warn(IssuerRow row) {
        long point = row.forks().frozenAt().orElseThrow();
        if (row.issuer().equals(own)) {
            LOG.warn(
                    "This node's issuer {} has FORKED its log at event {}: its key signs elsewhere too, by mistake or by theft."
                            + " Nothing is published any more. Stop whatever else uses the key, then run"
                            + " './grapevine issuer-key recover'; see docs/operations.md.",
                    row.issuer().did(),
                    point);
        } else {
            LOG.warn(
                    "{} has forked its log: there are two events {}. What it says from there on is shown as forked, until"
                            + " it recovers; GET /api/v1/issuers/{} shows both.",
                    row.issuer().did(),
                    point,
                    row.issuer().did());
        }
    }

    @Override
    public Mono<BranchPull> follow(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMap(row -> ForkRows.recoveries(connection, row.id())
                                .collectList()
                                .flatMap(waiting -> Mono.justOrEmpty(Recover.target(row, waiting)))
                                .flatMap(recovery -> follow(connection, row, recovery)))
                        .flux())
                .next();
    }

    private Mono<BranchPull> follow(PostgresqlConnection connection, IssuerRow row, SignedEvent recovery) {
        long from = row.forks().frozenAt().orElseThrow();
        Optional<Hash> last = row.head().map(LogHead::hash);
        return LogScan.keysBefore(connection, row, from)
                .map(keys -> new BranchPull(this, verifier, clock, row.issuer(), from, last, keys, recovery));
    }

    @Override
    public Flux<ForkEvidence> evidence(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                .flatMapMany(row -> Mono.zip(
                                ForkRows.forks(connection, row.id()).collectList(),
                                ForkRows.finals(connection, row.id()).collectList(),
                                recoveries(connection, row))
                        .flatMapIterable(all -> parts(all.getT1(), all.getT2(), all.getT3()))));
    }

    /** Those that wait, and the newest in the log. */
    private static Mono<List<SignedEvent>> recoveries(PostgresqlConnection connection, IssuerRow row) {
        Mono<SignedEvent> newest = Mono.justOrEmpty(row.forks().recoveredAt())
                .flatMap(sequence -> LogScan.event(connection, row.id(), sequence));
        return Flux.concat(ForkRows.recoveries(connection, row.id()), newest).collectList();
    }

    private static List<ForkEvidence> parts(
            List<ForkRows.Fork> forks, List<Final> finals, List<SignedEvent> recoveries) {
        List<ForkEvidence> parts = new ArrayList<>();
        parts.add(new ForkEvidence(Optional.empty(), List.of(), recoveries));
        for (ForkRows.Fork fork : forks) {
            List<BranchStatement> statements = finals.stream()
                    .filter(stated -> stated.recoveredAt().equals(fork.recoveredAt()))
                    .map(Final::statement)
                    .toList();
            int from = 0;
            do {
                int to = from;
                int bytes = 0;
                while (to < statements.size()
                        && to - from < ForkEvidence.MAX_FINALS
                        && bytes < ForkEvidence.MAX_FINAL_BYTES) {
                    bytes += statements.get(to++).encode().length;
                }
                parts.add(new ForkEvidence(Optional.of(fork.proof()), statements.subList(from, to), List.of()));
                from = to;
            } while (from < statements.size());
        }
        return parts;
    }

    @Override
    public Mono<Map<Long, Hash>> hashes(IssuerId issuer, Collection<Long> sequences) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(
                                        "SELECT sequence, hash FROM events"
                                                + " WHERE issuer = (SELECT id FROM issuers WHERE did = $1) AND sequence = ANY($2)")
                                .bind("$1", issuer.did())
                                .bind("$2", sequences.toArray(Long[]::new))
                                .execute())
                        .concatMap(result -> result.map(row -> Map.entry(
                                Rows.required(row, "sequence", Long.class),
                                Hash.wrap(Rows.required(row, "hash", byte[].class))))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public Mono<BranchStatement> statement(IssuerId issuer, long sequence) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMapMany(
                                row -> LogScan.events(connection, row.id(), sequence, sequence + Recover.MAX_CHAIN)))
                .collectList()
                .flatMap(events -> Mono.justOrEmpty(BranchStatement.of(List.of(), events.iterator(), verifier)));
    }

    @Override
    public boolean isFrozen(IssuerId issuer) {
        return frontier.isFrozen(issuer);
    }

    /** How many issuers are frozen. */
    long frozen() {
        return frontier.frozen();
    }

    /** In one transaction that holds the issuer's lock; empty where nothing of the issuer is held. */
    <T> Mono<T> locked(IssuerId issuer, BiFunction<PostgresqlConnection, IssuerRow, Mono<T>> work) {
        return database.inTransaction(connection -> IssuerRow.lock(connection, Set.of(issuer))
                .flatMap(rows -> Mono.justOrEmpty(rows.get(issuer)))
                .flatMap(row -> work.apply(connection, row)));
    }
}
