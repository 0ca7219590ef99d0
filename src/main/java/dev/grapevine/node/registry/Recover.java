package dev.grapevine.node.registry;

import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts recoveries, KeyRotated events signed by the recovery key, into their places, in a transaction that holds the issuer's
 * lock: what a recovery follows stands, what else there is from its place on does not.
 */
final class Recover {

    private static final Logger LOG = LoggerFactory.getLogger(Recover.class);

    /** Of several recoveries that contradict one another the lowest counts: that which gives up the most. */
    static final Comparator<SignedEvent> ORDER =
            Comparator.comparingLong(SignedEvent::sequence).thenComparing(SignedEvent::hash);

    /** Events that are read for a signature; those of one run have one. */
    static final int MAX_CHAIN = 512;

    /** Profiles whose rows may differ from what the log says up to a sequence. */
    private static final String TOUCHED =
            "SELECT profile_id FROM profiles WHERE issuer = $1 AND (published_sequence >= $2"
                    + " OR version_sequence >= $2 OR revoked_sequence >= $2 OR erased_sequence >= $2)";

    private final PostgresqlConnection connection;
    private final RunVerifier verifier;
    private final Instant now;

    Recover(PostgresqlConnection connection, RunVerifier verifier, Instant now) {
        this.connection = connection;
        this.verifier = verifier;
        this.now = now;
    }

    /** Puts in what can be put in, of the recoveries that wait. @return whether the log is another now */
    Mono<Boolean> settle(IssuerRow row) {
        return ForkRows.forks(connection, row.id())
                .any(fork -> fork.recoveredAt().isEmpty() && fork.proof().isFinal())
                .flatMap(beyond -> beyond
                        ? Mono.just(false)
                        : ForkRows.recoveries(connection, row.id())
                                .collectList()
                                .flatMap(waiting -> next(row, waiting)));
    }

    /** One after the other: each changes what the next one finds. */
    private Mono<Boolean> next(IssuerRow row, List<SignedEvent> waiting) {
        return Flux.fromIterable(candidates(row, waiting))
                .concatMap(recovery -> place(row, recovery))
                .filter(placed -> placed)
                .next()
                .flatMap(placed -> IssuerRow.find(connection, row.issuer())
                        .flatMap(this::settle)
                        .thenReturn(true))
                .defaultIfEmpty(false);
    }

    /** Of those that may end a freeze only the lowest: to take another while it waits would be to choose. */
    private static List<SignedEvent> candidates(IssuerRow row, List<SignedEvent> waiting) {
        long point = row.forks().frozenAt().orElse(Long.MAX_VALUE);
        Optional<SignedEvent> target = target(row, waiting);
        return waiting.stream()
                .filter(recovery -> recovery.sequence() < point
                        || target.filter(recovery::equals).isPresent())
                .toList();
    }

    /** The recovery that is to end a freeze. */
    static Optional<SignedEvent> target(IssuerRow row, List<SignedEvent> waiting) {
        return row.forks()
                .frozenAt()
                .flatMap(point -> waiting.stream()
                        .filter(recovery -> recovery.sequence() >= point)
                        .min(ORDER));
    }

    private Mono<Boolean> place(IssuerRow row, SignedEvent recovery) {
        return LogScan.event(connection, row.id(), recovery.sequence() - 1)
                .filter(before -> recovery.event().previous().equals(Optional.of(before.hash())))
                .filterWhen(before -> isInTime(row, before, recovery))
                .flatMap(before -> LogScan.recoveryFrom(connection, row, recovery.sequence())
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty()))
                .flatMap(standing -> {
                    if (standing.filter(other -> other.hash().equals(recovery.hash()))
                            .isPresent()) {
                        return ForkRows.deleteRecovery(connection, row.id(), recovery)
                                .thenReturn(false);
                    }
                    boolean beaten = standing.filter(other -> ORDER.compare(other, recovery) < 0)
                            .isPresent();
                    return beaten ? Mono.just(false) : cut(row, recovery).thenReturn(true);
                })
                .defaultIfEmpty(false);
    }

    /** Time never goes back inside a log; a recovery that says so is no event of it. */
    private Mono<Boolean> isInTime(IssuerRow row, SignedEvent before, SignedEvent recovery) {
        return recovery.event().occurredAtMillis() >= before.event().occurredAtMillis()
                ? Mono.just(true)
                : ForkRows.deleteRecovery(connection, row.id(), recovery).thenReturn(false);
    }

    /** Where the log goes on in another way, that is a fork as any other, with its proof. */
    private Mono<Void> cut(IssuerRow row, SignedEvent recovery) {
        boolean above = row.forks().excludes(recovery.sequence());
        return (above ? Mono.<Void>empty() : freezeBefore(row, recovery))
                .then(Mono.defer(() -> IssuerRow.find(connection, row.issuer())))
                .flatMap(frozen -> recover(frozen, recovery));
    }

    private Mono<Void> freezeBefore(IssuerRow row, SignedEvent recovery) {
        return LogScan.events(connection, row.id(), recovery.sequence(), Long.MAX_VALUE)
                .take(MAX_CHAIN)
                .collectList()
                .filter(events -> !events.isEmpty())
                .flatMap(events -> {
                    Optional<BranchStatement> own = BranchStatement.of(List.of(), events.iterator(), verifier);
                    if (own.isEmpty()) {
                        LOG.warn("No signature is near enough to show what {} replaces", recovery);
                        return Mono.empty();
                    }
                    ForkProof proof = new ForkProof(own.get(), new BranchStatement(List.of(), List.of(recovery)));
                    return new Freeze(connection, verifier, now).freeze(row, proof);
                });
    }

    private Mono<Void> recover(IssuerRow row, SignedEvent recovery) {
        long from = row.forks().frozenAt().orElse(recovery.sequence());
        LogWriter.Appended appended = new LogWriter.Appended(
                row.id(), new LogEntry(recovery, Optional.empty()), Optional.empty(), true, null);
        return touched(row, Math.min(from, recovery.sequence()), recovery.sequence())
                .flatMap(touched -> delete(row, recovery.sequence())
                        .then(Mono.defer(() -> keys(row, from, recovery.sequence())))
                        .then(Mono.defer(
                                () -> LogWriter.append(connection, List.of(appended), now, Map.of(), Map.of())))
                        .then(Mono.defer(() -> ForkRows.settle(connection, row.id(), recovery.sequence())))
                        .then(Mono.defer(
                                () -> ForkRows.finals(connection, row.id()).collectList()))
                        .flatMap(finals -> refold(row, recovery.sequence(), touched, finals))
                        .flatMap(refold -> end(row, recovery, refold.place())));
    }

    private Mono<Set<UUID>> touched(IssuerRow row, long from, long before) {
        Flux<UUID> rows = Flux.from(connection
                        .createStatement(TOUCHED)
                        .bind("$1", row.id())
                        .bind("$2", from)
                        .execute())
                .concatMap(result -> result.map(found -> Rows.required(found, "profile_id", UUID.class)));
        Flux<UUID> branch = LogScan.events(connection, row.id(), from, before)
                .mapNotNull(
                        event -> event.event().change() instanceof Change.OfProfile change ? change.profileId() : null);
        Flux<UUID> finals =
                ForkRows.finals(connection, row.id()).map(stated -> stated.key().profileId());
        return Flux.concat(rows, branch, finals).collect(HashSet::new, Set::add);
    }

    /** The keys of the branch that stands. */
    private Mono<Void> keys(IssuerRow row, long from, long before) {
        Mono<List<LogWriter.Appended>> rotations = LogScan.events(connection, row.id(), from, before)
                .filter(event -> event.event().change() instanceof Change.KeyRotated)
                .map(event -> new LogWriter.Appended(
                        row.id(), new LogEntry(event, Optional.empty()), Optional.empty(), true, null))
                .collectList();
        return KeyRows.delete(connection, row.id(), from)
                .then(rotations)
                .flatMap(events -> KeyRows.write(connection, events));
    }

    private Mono<Void> delete(IssuerRow row, long from) {
        return ForkRows.done(connection
                .createStatement("DELETE FROM events WHERE issuer = $1 AND sequence >= $2")
                .bind("$1", row.id())
                .bind("$2", from));
    }

    /** Statements that the log itself makes are no longer kept beside it. */
    private Mono<Refold> refold(IssuerRow row, long head, Set<UUID> profiles, List<Final> finals) {
        return new Refold(row, profiles, finals).write(connection, head).flatMap(refold -> {
            List<Final.Key> idle = finals.stream()
                    .map(Final::key)
                    .filter(key -> !refold.counted().contains(key))
                    .toList();
            return ForkRows.forget(connection, row.id(), idle).thenReturn(refold);
        });
    }

    private Mono<Void> end(IssuerRow row, SignedEvent recovery, LogScan.Place place) {
        var update = connection
                .createStatement("UPDATE issuers SET frozen_at = NULL, recovered_at = $2, head_sequence = $2,"
                        + " head_hash = $3, head_occurred_at = $4, current_key = $5, name = $6, did_web = $7"
                        + " WHERE id = $1")
                .bind("$1", row.id())
                .bind("$2", recovery.sequence())
                .bind("$3", recovery.hash().bytes())
                .bind("$4", Instant.ofEpochMilli(recovery.event().occurredAtMillis()))
                .bind("$5", place.keys().current().encoded())
                .bind("$6", place.name());
        place.didWeb().ifPresentOrElse(did -> update.bind("$7", did), () -> update.bindNull("$7", String.class));
        return ForkRows.done(update)
                .then(Mono.defer(() -> ForkRows.deleteRecovery(connection, row.id(), recovery)))
                .then(Mono.defer(() -> IssuerRow.find(connection, row.issuer())))
                .flatMap(recovered -> ForkRows.digest(connection, recovered))
                .then(Mono.defer(() -> Freeze.record(connection, row, "issuer.recovered", recovery.sequence(), now)));
    }
}
