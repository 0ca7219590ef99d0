package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.audit.AuditEntry;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Freezes an issuer's log at a proven fork, in a transaction that holds the issuer's lock. The log ends before the fork from then on;
 * events that follow it stay where they are, and no profile goes back to what it was.
 */
final class Freeze {

    /** What a proof has done. */
    enum Outcome {
        /** The issuer is frozen now, or at a lower sequence than before. */
        FROZEN,
        /** A fork at this sequence or a lower one is known, or a recovery has settled it. */
        KNOWN,
        /** The log before the fork is not held, or is another. */
        UNJUDGED,
        /** The issuer has not signed both. */
        FORGED
    }

    private final PostgresqlConnection connection;
    private final RunVerifier verifier;
    private final Instant now;

    Freeze(PostgresqlConnection connection, RunVerifier verifier, Instant now) {
        this.connection = connection;
        this.verifier = verifier;
        this.now = now;
    }

    /** Judges a proof, and freezes the log where it is new. */
    Mono<Outcome> judge(IssuerRow row, ForkProof proof) {
        long point = proof.sequence();
        if (row.forks().frozenAt().filter(frozen -> frozen <= point).isPresent()) {
            return Mono.just(Outcome.KNOWN);
        }
        return follows(row, proof)
                .filter(follows -> follows)
                .flatMap(follows -> LogScan.keysBefore(connection, row, point))
                .flatMap(keys -> proof.isAuthentic(keys, verifier) ? act(row, proof) : Mono.just(Outcome.FORGED))
                .defaultIfEmpty(Outcome.UNJUDGED);
    }

    /** Whether the log is held up to the fork, and is the one that the fork follows. */
    Mono<Boolean> follows(IssuerRow row, ForkProof proof) {
        return proof.previous()
                .map(previous -> Events.hash(connection, row.id(), proof.sequence() - 1)
                        .map(previous::equals)
                        .defaultIfEmpty(false))
                .orElse(Mono.just(true));
    }

    /** Below a recovery there is nothing to be frozen, unless another one is known that counts more, or none ever can. */
    private Mono<Outcome> act(IssuerRow row, ForkProof proof) {
        Mono<Outcome> frozen = Mono.defer(() -> freeze(row, proof)).thenReturn(Outcome.FROZEN);
        return LogScan.recoveryFrom(connection, row, proof.sequence())
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(settling -> settling.isEmpty() || proof.isFinal()
                        ? frozen
                        : ForkRows.recoveries(connection, row.id())
                                .collectList()
                                .flatMap(waiting ->
                                        Mono.justOrEmpty(waiting.stream().findFirst()))
                                .filter(other -> other.sequence() > proof.sequence())
                                .filter(other -> Recover.ORDER.compare(other, settling.get()) < 0)
                                .flatMap(other -> frozen)
                                .switchIfEmpty(Mono.defer(
                                        () -> settled(row, proof, settling.get().sequence()))));
    }

    /** Kept as what final statements are checked by; there may be some. */
    private Mono<Outcome> settled(IssuerRow row, ForkProof proof, long recoveredAt) {
        return ForkRows.forks(connection, row.id())
                .filter(fork -> fork.recoveredAt().equals(Optional.of(recoveredAt)))
                .hasElements()
                .flatMap(known -> known
                        ? Mono.empty()
                        : ForkRows.insertFork(
                                connection, row.id(), new ForkRows.Fork(proof, Optional.of(recoveredAt), now)))
                .thenReturn(Outcome.KNOWN);
    }

    /** Freezes without another look at the proof. Of an issuer with two beginnings the lower one's name is shown. */
    Mono<Void> freeze(IssuerRow row, ForkProof proof) {
        long point = proof.sequence();
        OwnBranch branch = new OwnBranch(verifier);
        return LogScan.events(connection, row.id(), point, Long.MAX_VALUE)
                .doOnNext(branch::add)
                .then(Mono.defer(() -> keepFinals(row, point, branch)))
                .then(Mono.defer(() ->
                        ForkRows.insertFork(connection, row.id(), new ForkRows.Fork(proof, Optional.empty(), now))))
                .then(Mono.defer(() -> LogScan.before(connection, row, point)))
                .map(place -> point == 0 ? place.after(proof.one().event()) : place)
                .flatMap(place -> end(row, point, place));
    }

    /** Statements about profiles that stand in the log before the fork, and are not final there already. */
    private Mono<Void> keepFinals(IssuerRow row, long point, OwnBranch branch) {
        return prune(row, point)
                .then(Mono.defer(() -> Finals.eligible(connection, row.id(), branch.profiles(), point)))
                .flatMap(eligible -> ForkRows.keep(
                        connection,
                        row.id(),
                        branch.statements().stream()
                                .map(statement -> new Final(statement, point, Optional.empty()))
                                .filter(stated -> eligible.contains(stated.key()))
                                .toList()))
                .then();
    }

    private Mono<Void> prune(IssuerRow row, long point) {
        return ForkRows.done(connection
                .createStatement("DELETE FROM final_statements f USING profiles p WHERE f.issuer = $1"
                        + " AND f.recovered_at IS NULL AND p.issuer = f.issuer AND p.profile_id = f.profile_id"
                        + " AND p.published_sequence >= $2")
                .bind("$1", row.id())
                .bind("$2", point));
    }

    private Mono<Void> end(IssuerRow row, long point, LogScan.Place place) {
        Mono<SignedEvent> last = point == 0 ? Mono.empty() : LogScan.event(connection, row.id(), point - 1);
        return last.map(Optional::of).defaultIfEmpty(Optional.empty()).flatMap(event -> {
            var update = connection
                    .createStatement("UPDATE issuers SET frozen_at = $2, head_sequence = $3, head_hash = $4,"
                            + " head_occurred_at = $5, current_key = $6, recovered_at = $7 WHERE id = $1")
                    .bind("$1", row.id())
                    .bind("$2", point)
                    .bind("$3", point - 1)
                    .bind(
                            "$4",
                            event.map(SignedEvent::hash)
                                    .orElse(ForkMark.NOTHING)
                                    .bytes())
                    .bind(
                            "$5",
                            event.map(before ->
                                            Instant.ofEpochMilli(before.event().occurredAtMillis()))
                                    .orElse(Instant.EPOCH))
                    .bind("$6", place.keys().current().encoded());
            ForkRows.bind(update, "$7", place.recoveredAt());
            return ForkRows.done(update)
                    .then(Mono.defer(() -> KeyRows.delete(connection, row.id(), point)))
                    .then(Mono.defer(() -> endsChecked(row, event, place)))
                    .then(Mono.defer(() -> describe(row, place)))
                    .then(Mono.defer(() -> IssuerRow.find(connection, row.issuer())))
                    .flatMap(frozen -> ForkRows.digest(connection, frozen))
                    .then(Mono.defer(() -> record(connection, row, "issuer.forked", point, now)));
        });
    }

    /** Ranges that are handed on end at signatures that were checked here; now the log ends at this event. */
    private Mono<Void> endsChecked(IssuerRow row, Optional<SignedEvent> last, LogScan.Place place) {
        return Mono.justOrEmpty(last)
                .filter(event -> event.signer().equals(place.keys().current()) && verifier.isRightlySigned(event))
                .flatMap(event -> ForkRows.done(connection
                        .createStatement(
                                "UPDATE events SET signature_checked = true WHERE issuer = $1 AND sequence = $2")
                        .bind("$1", row.id())
                        .bind("$2", event.sequence())));
    }

    /** What the branch says of the issuer itself no longer counts. */
    private Mono<Void> describe(IssuerRow row, LogScan.Place place) {
        var update = connection
                .createStatement("UPDATE issuers SET name = $2, did_web = $3 WHERE id = $1")
                .bind("$1", row.id())
                .bind("$2", place.name());
        place.didWeb().ifPresentOrElse(did -> update.bind("$3", did), () -> update.bindNull("$3", String.class));
        return ForkRows.done(update);
    }

    /** In the audit. */
    static Mono<Void> record(
            PostgresqlConnection connection, IssuerRow row, String action, long sequence, Instant now) {
        return Audit.append(
                connection,
                List.of(new AuditEntry(
                        now,
                        Actor.NODE,
                        action,
                        new AuditEntry.Event(row.issuer().did(), sequence, null),
                        null)));
    }
}
