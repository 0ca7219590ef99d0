package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table {@code changes}: what was applied on this database, by whichever instance, in the order of the commits. */
final class Changes {

    /** NOTIFY on this channel tells of each commit; the payload is the id of its last change. */
    static final String CHANNEL = "grapevine_changes";

    /** The most changes that are kept; the oldest go. About 110 MB with its index. */
    static final long MAX_KEPT_CHANGES = 1_000_000;

    private static final int MAX_DELETED_AT_ONCE = 10_000;

    /** Counts on the row's lock, held to the end of the transaction: who commits next has waited for this commit. */
    private static final String APPEND = "WITH counted AS (UPDATE last_change SET id = id + $1 RETURNING id),"
            + " told AS (SELECT id, pg_notify('" + CHANNEL + "', id::text) FROM counted)"
            + " INSERT INTO changes (id, issuer, sequence, applied_at, profile_id, kind)"
            + " SELECT told.id - $1 + c.ordinal, c.issuer, c.sequence, $2, c.profile_id, c.kind"
            + " FROM told, unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::text[])"
            + " WITH ORDINALITY AS c(issuer, sequence, profile_id, kind, ordinal)";

    /** One row at least, which has the last id; names by way of the profiles' primary key, row by row. */
    private static final String SINCE =
            "SELECT l.id AS last, c.id, COALESCE(i.did, r.did) AS did, c.profile_id, c.sequence, c.applied_at,"
                    + " CASE WHEN i.trust <= $3 OR c.kind = 'trust-changed' THEN c.kind ELSE 'hidden' END AS kind,"
                    + " (SELECT p.username FROM profiles p WHERE p.issuer = c.issuer AND p.profile_id = c.profile_id) AS username"
                    + " FROM last_change l"
                    + " LEFT JOIN LATERAL (SELECT * FROM changes WHERE id > $1 ORDER BY id LIMIT $2) c ON true"
                    + " LEFT JOIN issuers i ON i.id = c.issuer LEFT JOIN removed_issuers r ON r.issuer = c.issuer"
                    + " ORDER BY c.id";

    private final Transactions database;
    private final TrustLevel leastShown;

    /** @param leastShown the last level whose issuers are shown; what is applied of others is {@link AppliedChange.Kind#HIDDEN} */
    Changes(Transactions database, TrustLevel leastShown) {
        this.database = database;
        this.leastShown = leastShown;
    }

    /**
     * A change on its way into the table.
     *
     * @param issuer the issuer's row
     * @param profileId null if it concerns the issuer itself
     */
    record Row(long issuer, @Nullable UUID profileId, long sequence, AppliedChange.Kind kind) {}

    /** What comes after an id. */
    sealed interface Since {

        /** Everything from the next id on, without a gap, up to the limit; empty if there is nothing newer. */
        record Page(List<AppliedChange> changes) implements Since {}

        /**
         * The id is not of the range that is kept: too old, or never given here.
         *
         * @param last the newest id
         */
        record Forgotten(long last) implements Since {}
    }

    /** What was committed after a change, by id. */
    Mono<Since> since(long id, int limit) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(SINCE)
                                .bind("$1", id)
                                .bind("$2", limit)
                                .bind("$3", leastShown.rank())
                                .execute())
                        .concatMap(result -> result.map(Found::read)))
                .collectList()
                .map(found -> page(id, found));
    }

    /** The id of the newest change; 0 before the first. */
    Mono<Long> last() {
        return database.read(connection -> last(connection).flux()).next();
    }

    static Mono<Long> last(PostgresqlConnection connection) {
        return Flux.from(
                        connection.createStatement("SELECT id FROM last_change").execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "id", Long.class)))
                .next();
    }

    private static Since page(long id, List<Found> found) {
        List<AppliedChange> changes =
                found.stream().flatMap(row -> row.change.stream()).toList();
        long last = found.getFirst().last;
        boolean next = changes.isEmpty() ? id == last : changes.getFirst().id() == id + 1;
        return next ? new Since.Page(changes) : new Since.Forgotten(last);
    }

    private record Found(long last, Optional<AppliedChange> change) {

        static Found read(Readable row) {
            return new Found(
                    Rows.required(row, "last", Long.class),
                    Optional.ofNullable(row.get("id", Long.class)).map(id -> change(id, row)));
        }

        private static AppliedChange change(long id, Readable row) {
            return new AppliedChange(
                    id,
                    AppliedChange.Kind.of(Rows.required(row, "kind", String.class)),
                    IssuerId.parse(Rows.required(row, "did", String.class)),
                    Optional.ofNullable(row.get("profile_id", UUID.class)),
                    Optional.ofNullable(row.get("username", String.class)),
                    Rows.required(row, "sequence", Long.class),
                    Rows.required(row, "applied_at", Instant.class));
        }
    }

    /** What an event changes, if it has an effect; empty for events that no lookup shows. */
    static Optional<AppliedChange.Kind> kind(Change change) {
        return switch (change) {
            case Change.IssuerDescribed described -> Optional.of(AppliedChange.Kind.ISSUER_DESCRIBED);
            case Change.Published published -> Optional.of(AppliedChange.Kind.PUBLISHED);
            case Change.Updated updated -> Optional.of(AppliedChange.Kind.UPDATED);
            case Change.Revoked revoked -> Optional.of(AppliedChange.Kind.REVOKED);
            case Change.Erased erased -> Optional.of(AppliedChange.Kind.ERASED);
            case Change.KeyRotated rotated -> Optional.empty();
            case Change.Unknown unknown -> Optional.empty();
        };
    }

    /**
     * Writes changes and has listeners told of them at the commit. To be the last thing in the transaction: all others on this
     * database wait from here until it ends, and nothing that could wait for them may come after.
     */
    static Mono<Void> append(PostgresqlConnection connection, List<Row> changes, Instant now) {
        if (changes.isEmpty()) {
            return Mono.empty();
        }
        return Transactions.beginChanging()
                .thenMany(Flux.defer(() -> connection
                        .createStatement(APPEND)
                        .bind("$1", (long) changes.size())
                        .bind("$2", now)
                        .bind("$3", changes.stream().map(Row::issuer).toArray(Long[]::new))
                        .bind("$4", changes.stream().map(Row::sequence).toArray(Long[]::new))
                        .bind("$5", changes.stream().map(Row::profileId).toArray(UUID[]::new))
                        .bind("$6", changes.stream().map(row -> row.kind.text()).toArray(String[]::new))
                        .execute()))
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** Deletes the oldest beyond {@link #MAX_KEPT_CHANGES}, a bounded number a transaction. */
    Mono<Void> prune() {
        return prune(MAX_KEPT_CHANGES);
    }

    /** Other instances may do the same at the same time. */
    Mono<Void> prune(long kept) {
        return deleteSome(kept)
                .repeat()
                .takeUntil(deleted -> deleted < MAX_DELETED_AT_ONCE)
                .then();
    }

    private Mono<Long> deleteSome(long kept) {
        return database.inTransaction(connection -> Flux.from(connection
                        .createStatement("DELETE FROM changes WHERE id IN (SELECT id FROM changes"
                                + " WHERE id <= (SELECT id FROM last_change) - $1 ORDER BY id LIMIT $2)")
                        .bind("$1", kept)
                        .bind("$2", MAX_DELETED_AT_ONCE)
                        .execute())
                .concatMap(result -> Objects.requireNonNull(result.getRowsUpdated()))
                .single());
    }
}
