package dev.grapevine.node.audit;

import dev.grapevine.node.sql.CopyRows;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table {@code audit}: appended to, and read. */
@Component
public final class Audit {

    private final DatabaseClient database;
    private final Clock clock;

    Audit(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** An entry as it was recorded; ids grow. */
    public record Recorded(long id, AuditEntry entry) {}

    /**
     * Records a change that is about no event. Takes part in the caller's Spring transaction, if there is one.
     *
     * @param action module and deed, such as {@code key.revoked}
     * @param detail for people, without personal data
     */
    public Mono<Void> record(Actor actor, String action, @Nullable String detail) {
        var insert = database.sql("INSERT INTO audit (at, actor, action, detail, correlation_id)"
                        + " VALUES (:at, :actor, :action, :detail, :correlationId)")
                .bind("at", clock.instant())
                .bind("actor", actor.name())
                .bind("action", action);
        insert = detail == null ? insert.bindNull("detail", String.class) : insert.bind("detail", detail);
        String correlationId = actor.correlationId();
        insert = correlationId == null
                ? insert.bindNull("correlationId", String.class)
                : insert.bind("correlationId", correlationId);
        return insert.fetch().rowsUpdated().then();
    }

    /** Records many changes at once, in the transaction that is under way on a connection. */
    public static Mono<Void> append(PostgresqlConnection connection, List<AuditEntry> entries) {
        CopyRows rows = new CopyRows(
                "audit", "at", "actor", "action", "issuer", "sequence", "profile_id", "detail", "correlation_id");
        for (AuditEntry entry : entries) {
            AuditEntry.Event event = entry.event();
            rows.row()
                    .time(entry.at().toEpochMilli())
                    .text(entry.actor().name())
                    .text(entry.action())
                    .text(event == null ? null : event.issuer())
                    .bigint(event == null ? null : Long.valueOf(event.sequence()))
                    .uuid(event == null ? null : event.profileId())
                    .text(entry.detail())
                    .text(entry.actor().correlationId());
        }
        return rows.send(connection);
    }

    /**
     * Entries from the newest to the oldest. One whose transaction was still under way may later appear among those that
     * were read already.
     *
     * @param before the id that the page before ended with
     * @param actor only that one's
     * @param action only such
     */
    public Flux<Recorded> page(OptionalLong before, Optional<String> actor, Optional<String> action, int limit) {
        String where =
                (actor.isPresent() ? " AND actor = :actor" : "") + (action.isPresent() ? " AND action = :action" : "");
        var select = database.sql("SELECT * FROM audit WHERE id < :before" + where + " ORDER BY id DESC LIMIT :limit")
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bind("limit", limit);
        if (actor.isPresent()) {
            select = select.bind("actor", actor.get());
        }
        if (action.isPresent()) {
            select = select.bind("action", action.get());
        }
        return select.map(Audit::read).all();
    }

    private static Recorded read(Readable row) {
        String issuer = row.get("issuer", String.class);
        AuditEntry.Event event = issuer == null
                ? null
                : new AuditEntry.Event(
                        issuer, required(row, "sequence", Long.class), row.get("profile_id", UUID.class));
        return new Recorded(
                required(row, "id", Long.class),
                new AuditEntry(
                        required(row, "at", Instant.class),
                        new Actor(required(row, "actor", String.class), row.get("correlation_id", String.class)),
                        required(row, "action", String.class),
                        event,
                        row.get("detail", String.class)));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
