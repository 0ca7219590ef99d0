package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes in what is told of one issuer's forks, in a transaction that holds the issuer's lock. */
final class TakeEvidence {

    private final PostgresqlConnection connection;
    private final IssuerId issuer;
    private final RunVerifier verifier;
    private final Instant now;
    private final List<Changes.Row> changes = new ArrayList<>();
    private Freeze.Outcome outcome = Freeze.Outcome.KNOWN;
    private boolean news;

    TakeEvidence(PostgresqlConnection connection, IssuerId issuer, RunVerifier verifier, Instant now) {
        this.connection = connection;
        this.issuer = issuer;
        this.verifier = verifier;
        this.now = now;
    }

    /** Does the work, up to but without the commit. @return this, for what became of it */
    Mono<TakeEvidence> apply(ForkEvidence evidence) {
        List<SignedEvent> recoveries = new ArrayList<>(evidence.recoveries());
        evidence.proof().ifPresent(proof -> {
            recoveries.add(proof.one().event());
            recoveries.add(proof.other().event());
        });
        return row().flatMap(before -> Flux.fromIterable(recoveries)
                        .concatMap(recovery -> recovery(before, recovery))
                        .doOnNext(kept -> news |= kept)
                        .then(Mono.defer(() -> evidence.proof().map(this::proof).orElse(Mono.empty())))
                        .then(Mono.defer(this::row))
                        .flatMap(row -> new Recover(connection, verifier, now).settle(row))
                        .then(Mono.defer(() -> evidence.proof()
                                .filter(proof -> !evidence.finals().isEmpty())
                                .map(proof -> finals(proof, evidence.finals()))
                                .orElse(Mono.empty())))
                        .then(Mono.defer(this::row))
                        .flatMap(after -> tell(before, after)))
                .thenReturn(this);
    }

    private Mono<IssuerRow> row() {
        return IssuerRow.find(connection, issuer);
    }

    /** Kept until its place is known; what is in the log already needs no place. */
    private Mono<Boolean> recovery(IssuerRow row, SignedEvent event) {
        LogKeys keys = new LogKeys(issuer.inception(), Optional.of(row.recoveryKeyDigest()));
        boolean early = event.event().occurredAtMillis()
                > now.plus(ProfileLimits.MAX_AHEAD).toEpochMilli();
        if (early || !event.issuer().equals(issuer) || !verifier.isRecovery(event, keys)) {
            return Mono.just(false);
        }
        Mono<Boolean> inLog = row.forks().excludes(event.sequence())
                ? Mono.just(false)
                : Events.hash(connection, row.id(), event.sequence())
                        .map(event.hash()::equals)
                        .defaultIfEmpty(false);
        return inLog.flatMap(there -> there ? Mono.just(false) : ForkRows.insertRecovery(connection, row.id(), event));
    }

    private Mono<Void> proof(ForkProof proof) {
        return row().flatMap(row -> new Freeze(connection, verifier, now).judge(row, proof))
                .doOnNext(result -> outcome = result)
                .then();
    }

    /** Statements are checked by the keys in force at their fork, and count for what the log had before it was settled. */
    private Mono<Void> finals(ForkProof proof, List<BranchStatement> statements) {
        return row().flatMap(row -> new Freeze(connection, verifier, now)
                .follows(row, proof)
                .filter(follows -> follows)
                .flatMap(follows -> LogScan.keysBefore(connection, row, proof.sequence()))
                .filter(keys -> proof.isAuthentic(keys, verifier))
                .flatMap(keys -> LogScan.recoveryFrom(connection, row, proof.sequence())
                        .map(settling -> Optional.of(settling.sequence()))
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(settledAt -> finals(row, proof, settledAt, authentic(proof, keys, statements)))));
    }

    private List<BranchStatement> authentic(ForkProof proof, LogKeys keys, List<BranchStatement> statements) {
        return statements.stream()
                .filter(statement -> statement.issuer().equals(issuer)
                        && Final.key(statement.event().event().change()).isPresent()
                        && statement.isAuthentic(proof.sequence(), keys, verifier))
                .toList();
    }

    private Mono<Void> finals(
            IssuerRow row, ForkProof proof, Optional<Long> settledAt, List<BranchStatement> statements) {
        Optional<Long> limit = settledAt.or(() -> row.forks().frozenAt());
        if (limit.isEmpty()) {
            return Mono.empty();
        }
        List<Final> finals = statements.stream()
                .map(statement -> new Final(statement, proof.sequence(), settledAt))
                .toList();
        Set<UUID> profiles =
                finals.stream().map(stated -> stated.key().profileId()).collect(Collectors.toSet());
        Mono<Set<Final.Key>> held =
                ForkRows.finals(connection, row.id()).map(Final::key).collect(Collectors.toSet());
        return Finals.eligible(connection, row.id(), profiles, limit.get())
                .zipWhen(
                        eligible -> held,
                        (eligible, known) -> finals.stream()
                                .filter(stated -> eligible.contains(stated.key()) || known.contains(stated.key()))
                                .toList())
                .flatMap(counting -> ForkRows.keep(connection, row.id(), counting)
                        .filter(kept -> kept > 0)
                        .flatMap(kept -> effects(row, settledAt, counting))
                        .then());
    }

    private Mono<Void> effects(IssuerRow row, Optional<Long> settledAt, List<Final> finals) {
        Mono<Void> rows = settledAt.isEmpty()
                ? Finals.apply(connection, row.id(), finals)
                        .doOnNext(changes::addAll)
                        .then()
                : refold(row, finals);
        return rows.then(Mono.defer(() -> ForkRows.digest(connection, row)));
    }

    private Mono<Void> refold(IssuerRow row, List<Final> finals) {
        Set<UUID> profiles =
                finals.stream().map(stated -> stated.key().profileId()).collect(Collectors.toSet());
        long head = row.head().orElseThrow().sequence();
        return ForkRows.finals(connection, row.id())
                .collectList()
                .flatMap(all -> new Refold(row, profiles, all).write(connection, head))
                .then();
    }

    /** The last thing in the transaction. */
    private Mono<Void> tell(IssuerRow before, IssuerRow after) {
        if (before.forks().epoch() == after.forks().epoch()) {
            return Mono.empty();
        }
        news = true;
        Optional<Long> frozenAt = after.forks().frozenAt();
        changes.add(new Changes.Row(
                after.id(),
                null,
                frozenAt.or(() -> after.forks().recoveredAt()).orElse(0L),
                frozenAt.isPresent() ? AppliedChange.Kind.ISSUER_FORKED : AppliedChange.Kind.ISSUER_RECOVERED));
        return Changes.append(connection, changes, now);
    }

    /** Whether anything of it was not known before. */
    boolean isNews() {
        return news;
    }

    /** What became of the proof. */
    Freeze.Outcome outcome() {
        return outcome;
    }
}
