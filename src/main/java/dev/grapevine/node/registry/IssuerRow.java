package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.sql.AnyOf;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An issuer's row in the database.
 *
 * @param head empty in the transaction that begins the log, and where two logs begin
 * @param recoveryKeyDigest from sequence 0
 * @param forks what they have done to the log
 * @param takenBytes what was ever taken in of it, by the measure of {@link dev.grapevine.node.trust.Admission}
 */
record IssuerRow(
        long id,
        IssuerId issuer,
        String name,
        Optional<String> didWeb,
        Optional<LogHead> head,
        Hash recoveryKeyDigest,
        ForkMark forks,
        TrustLevel trust,
        long takenBytes) {

    private static final String COLUMNS = "id, did, name, did_web, recovery_key_digest, current_key, head_sequence,"
            + " head_hash, head_occurred_at," + " frozen_at, recovered_at, fork_epoch, fork_digest, trust, taken_bytes";

    /**
     * Locks issuers against every other writer of their logs, until the transaction ends. In the order of the DIDs, so
     * that two transactions never wait for each other.
     *
     * @return the rows of those that there are
     */
    static Mono<Map<IssuerId, IssuerRow>> lock(PostgresqlConnection connection, Collection<IssuerId> issuers) {
        AnyOf dids = AnyOf.of(issuers.stream().map(IssuerId::did).toArray(String[]::new));
        return Flux.from(connection
                        .createStatement("SELECT " + COLUMNS + " FROM issuers WHERE did " + dids.equalTo("$1")
                                + " ORDER BY did FOR UPDATE")
                        .bind("$1", dids.value())
                        .execute())
                .flatMap(result -> result.map(IssuerRow::read))
                .collectMap(IssuerRow::issuer);
    }

    /** Every issuer, in the order of the DIDs. */
    static Flux<IssuerRow> all(PostgresqlConnection connection, int fetchSize) {
        return Flux.from(connection
                        .createStatement("SELECT " + COLUMNS + " FROM issuers ORDER BY did")
                        .fetchSize(fetchSize)
                        .execute())
                .concatMap(result -> result.map(IssuerRow::read));
    }

    /** Issuers that changes after an id are about. */
    static Flux<IssuerRow> changedAfter(PostgresqlConnection connection, long changeId) {
        return Flux.from(connection
                        .createStatement("SELECT " + COLUMNS + " FROM issuers"
                                + " WHERE id = ANY(ARRAY(SELECT DISTINCT issuer FROM changes WHERE id > $1))")
                        .bind("$1", changeId)
                        .execute())
                .concatMap(result -> result.map(IssuerRow::read));
    }

    /** Issuers after a DID, up to a level, in the order of the DIDs. */
    static Flux<IssuerRow> page(PostgresqlConnection connection, String afterDid, TrustLevel least, int limit) {
        return Flux.from(connection
                        .createStatement("SELECT " + COLUMNS
                                + " FROM issuers WHERE did > $1 AND trust <= $3 ORDER BY did LIMIT $2")
                        .bind("$1", afterDid)
                        .bind("$2", limit)
                        .bind("$3", least.rank())
                        .execute())
                .concatMap(result -> result.map(IssuerRow::read));
    }

    /** One issuer, without a lock. */
    static Mono<IssuerRow> find(PostgresqlConnection connection, IssuerId issuer) {
        return Flux.from(connection
                        .createStatement("SELECT " + COLUMNS + " FROM issuers WHERE did = $1")
                        .bind("$1", issuer.did())
                        .execute())
                .flatMap(result -> result.map(IssuerRow::read))
                .singleOrEmpty();
    }

    /**
     * Makes the row of an issuer whose log begins, unless it is there, or the issuer is blocked. Its head is still empty. What
     * is said of the issuer cannot change until the transaction ends.
     */
    static Mono<Void> insert(
            PostgresqlConnection connection, IssuerId issuer, String name, Hash recoveryKeyDigest, Instant now) {
        return Flux.from(connection
                        .createStatement(
                                "INSERT INTO issuers (did, name, recovery_key_digest, current_key, head_sequence,"
                                        + " head_hash, head_occurred_at, first_seen_at, trust)"
                                        + " SELECT $1, $2, $3, $4, -1, $5, $6, $6, said.level FROM (SELECT COALESCE("
                                        + "(SELECT level FROM issuer_trust WHERE did = $1 FOR KEY SHARE), 1) AS level) said"
                                        + " WHERE said.level < 2 ON CONFLICT (did) DO NOTHING")
                        .bind("$1", issuer.did())
                        .bind("$2", name)
                        .bind("$3", recoveryKeyDigest.bytes())
                        .bind("$4", issuer.inception().encoded())
                        .bind("$5", new byte[Hash.BYTES])
                        .bind("$6", now)
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** What peers compare: the head, and with it all else that they must agree on. */
    Optional<LogHead> compared() {
        if (forks.digest().isEmpty()) {
            return head;
        }
        LogHead end = head.orElseGet(() -> new LogHead(issuer, 0, ForkMark.NOTHING, 0, LogKeys.ofUnknown(issuer)));
        return Optional.of(
                new LogHead(issuer, end.sequence(), forks.compared(end.hash()), end.occurredAtMillis(), end.keys()));
    }

    /** Takes rows back that {@link #insert} has made. */
    static Mono<Void> deleteUnbegun(PostgresqlConnection connection, Collection<Long> ids) {
        return ids.isEmpty()
                ? Mono.empty()
                : Flux.from(connection
                                .createStatement("DELETE FROM issuers WHERE id = ANY($1) AND head_sequence < 0")
                                .bind("$1", ids.toArray(Long[]::new))
                                .execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then();
    }

    /** The row after events that continue its log. */
    IssuerRow after(List<SignedEvent> events, LogKeys keys) {
        SignedEvent last = events.getLast();
        LogHead newHead =
                new LogHead(issuer, last.sequence(), last.hash(), last.event().occurredAtMillis(), keys);
        ForkMark newForks = forks;
        String newName = name;
        Optional<String> newDidWeb = didWeb;
        for (SignedEvent event : events) {
            if (event.event().change() instanceof Change.IssuerDescribed described) {
                newName = described.name();
                newDidWeb = described.didWeb();
            }
            if (event.event().change() instanceof Change.KeyRotated && keys.isRecoveryKey(event.signer())) {
                newForks = newForks.recoveredAt(event.sequence());
            }
        }
        return new IssuerRow(
                id, issuer, newName, newDidWeb, Optional.of(newHead), recoveryKeyDigest, newForks, trust, takenBytes);
    }

    /** The row when more was taken in of its log. */
    IssuerRow taking(long bytes) {
        return new IssuerRow(id, issuer, name, didWeb, head, recoveryKeyDigest, forks, trust, takenBytes + bytes);
    }

    /** Writes what {@link #after} and {@link #taking} have changed. The row is locked. */
    Mono<Void> update(PostgresqlConnection connection) {
        LogHead written = head.orElseThrow();
        var statement = connection
                .createStatement("UPDATE issuers SET name = $2, did_web = $3, current_key = $4, head_sequence = $5,"
                        + " head_hash = $6, head_occurred_at = $7, recovered_at = $8, taken_bytes = $9 WHERE id = $1")
                .bind("$1", id)
                .bind("$2", name)
                .bind("$4", written.keys().current().encoded())
                .bind("$5", written.sequence())
                .bind("$6", written.hash().bytes())
                .bind("$7", Instant.ofEpochMilli(written.occurredAtMillis()))
                .bind("$9", takenBytes);
        didWeb.ifPresentOrElse(did -> statement.bind("$3", did), () -> statement.bindNull("$3", String.class));
        forks.recoveredAt()
                .ifPresentOrElse(
                        sequence -> statement.bind("$8", sequence), () -> statement.bindNull("$8", Long.class));
        return Flux.from(statement.execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    private static IssuerRow read(Readable row) {
        IssuerId issuer = IssuerId.parse(Rows.required(row, "did", String.class));
        long sequence = Rows.required(row, "head_sequence", Long.class);
        Optional<LogHead> head = sequence < 0
                ? Optional.empty()
                : Optional.of(new LogHead(
                        issuer,
                        sequence,
                        Hash.wrap(Rows.required(row, "head_hash", byte[].class)),
                        Rows.required(row, "head_occurred_at", Instant.class).toEpochMilli(),
                        new LogKeys(
                                PublicKey.decode(Rows.required(row, "current_key", byte[].class)),
                                Optional.of(Hash.wrap(Rows.required(row, "recovery_key_digest", byte[].class))))));
        return new IssuerRow(
                Rows.required(row, "id", Long.class),
                issuer,
                Rows.required(row, "name", String.class),
                Optional.ofNullable(row.get("did_web", String.class)),
                head,
                Hash.wrap(Rows.required(row, "recovery_key_digest", byte[].class)),
                new ForkMark(
                        Optional.ofNullable(row.get("frozen_at", Long.class)),
                        Optional.ofNullable(row.get("recovered_at", Long.class)),
                        Rows.required(row, "fork_epoch", Long.class),
                        Optional.ofNullable(row.get("fork_digest", byte[].class))
                                .map(Hash::wrap)),
                TrustLevel.of(Rows.required(row, "trust", Integer.class)),
                Rows.required(row, "taken_bytes", Long.class));
    }
}
