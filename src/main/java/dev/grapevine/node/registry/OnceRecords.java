package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.Once.Answer;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.sql.Pipeline;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The table {@code idempotency}. Whoever writes a record holds the issuer's lock and has looked for it under that lock, so that
 * several instances do a request once between them.
 */
final class OnceRecords {

    /** How long a repetition is known as one. */
    static final Duration LIFETIME = Duration.ofHours(24);

    /** The driver has no arrays of bytea. */
    private static final String THESE = "SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex";

    private OnceRecords() {}

    /** What is recorded of a request. */
    record Recorded(Hash record, Hash request, Instant at, Answer answer) {}

    /**
     * A record to be written.
     *
     * @param profileId whose erasure takes it away; null for an erasure itself, whose answer says nothing
     */
    record Row(Once once, Answer answer, @Nullable UUID profileId) {}

    /** Those of the records that there are and that have not outlived their time. */
    static Mono<Map<Hash, Recorded>> find(PostgresqlConnection connection, Collection<Hash> records, Instant now) {
        if (records.isEmpty()) {
            return Mono.just(Map.of());
        }
        return Flux.from(connection
                        .createStatement(
                                "SELECT record, request, recorded_at, status, location, answer FROM idempotency"
                                        + " WHERE record IN (" + THESE + ") AND recorded_at > $2")
                        .bind("$1", hex(records))
                        .bind("$2", now.minus(LIFETIME))
                        .execute())
                .concatMap(result -> result.map(OnceRecords::read))
                .collectMap(Recorded::record);
    }

    private static Recorded read(Readable row) {
        return new Recorded(
                Hash.wrap(Rows.required(row, "record", byte[].class)),
                Hash.wrap(Rows.required(row, "request", byte[].class)),
                Rows.required(row, "recorded_at", Instant.class),
                new Answer(
                        Rows.required(row, "status", Long.class).intValue(),
                        Optional.ofNullable(row.get("location", String.class)),
                        Rows.required(row, "answer", byte[].class)));
    }

    /** Writes records that {@link #find} has not found; those that have outlived their time give way. */
    static Mono<Void> write(PostgresqlConnection connection, long issuer, List<Row> written, Instant now) {
        if (written.isEmpty()) {
            return Mono.empty();
        }
        CopyRows rows = new CopyRows(
                "idempotency",
                "record",
                "request",
                "recorded_at",
                "status",
                "location",
                "answer",
                "issuer",
                "profile_id");
        for (Row row : written) {
            rows.row()
                    .bytea(row.once.record().bytes())
                    .bytea(row.once.request().bytes())
                    .time(now.toEpochMilli())
                    .bigint(row.answer.status())
                    .text(row.answer.location().orElse(null))
                    .bytea(row.answer.body())
                    .bigint(row.profileId == null ? null : Long.valueOf(issuer))
                    .uuid(row.profileId);
        }
        List<Hash> records = written.stream().map(row -> row.once.record()).toList();
        Mono<Void> delete = Flux.from(connection
                        .createStatement("DELETE FROM idempotency WHERE record IN (" + THESE + ")")
                        .bind("$1", hex(records))
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
        return Pipeline.of(delete, rows.send(connection));
    }

    /** Deletes what has outlived its time. */
    static Mono<Void> prune(Transactions database, Instant now) {
        return database.inTransaction(connection -> Flux.from(connection
                                .createStatement("DELETE FROM idempotency WHERE recorded_at <= $1")
                                .bind("$1", now.minus(LIFETIME))
                                .execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then())
                .then();
    }

    private static String[] hex(Collection<Hash> records) {
        return records.stream().map(Hash::hex).toArray(String[]::new);
    }
}
