package dev.grapevine.node.backup;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.sql.SqlErrors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The rows of tables that are no part of the registry: API keys (their hashes), the audit, and status lists. They come back only where
 * nothing contradicts them.
 */
final class OtherRows {

    /** Columns of each, without those that the database makes itself. */
    private static final Map<String, String> TABLES = Map.of(
            "api_key", "hash, created_at, name, roles, expires_at, last_used_at, revoked_at",
            "audit", "at, actor, action, issuer, sequence, profile_id, detail, correlation_id",
            "status_lists", "id, shuffle, taken, closed, version, created_at",
            "status_set", "list, purpose, index");

    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private final DatabaseClient database;

    OtherRows(DatabaseClient database) {
        this.database = database;
    }

    Flux<BackupFrame.Row> read() {
        return Flux.concat(
                rows("api_key", "created_at"),
                rows("audit", "id"),
                rows("status_lists", "created_at"),
                rows("status_set", "list"));
    }

    /** A status list gives out no places when it comes back: some may have been given out after the backup. */
    private Flux<BackupFrame.Row> rows(String table, String order) {
        String columns = Objects.requireNonNull(TABLES.get(table)).replace("closed", "true AS closed");
        return database.sql("SELECT row_to_json(r)::text AS json FROM (SELECT " + columns + " FROM " + table
                        + " ORDER BY " + order + ") r")
                .map(row -> new BackupFrame.Row(table, Objects.requireNonNull(row.get("json", String.class))))
                .all();
    }

    /** When the audit here begins: what a backup has from before that is missing here. */
    Mono<Instant> auditBegins() {
        return database.sql("SELECT at FROM audit ORDER BY id LIMIT 1")
                .map(row -> Objects.requireNonNull(row.get("at", Instant.class)))
                .one()
                .defaultIfEmpty(NEVER);
    }

    /**
     * Puts rows of one table back: keys that there are not, entries of the audit from before it begins here, statuses of lists that came back
     * too, for of others this database knows better.
     *
     * @param auditBegins as {@link #auditBegins} was before anything was put back
     * @return how many were put back; fails with {@link MalformedException} where they are no rows of that table
     */
    Mono<Long> restore(String table, List<String> rows, Instant auditBegins) {
        String columns = TABLES.get(table);
        if (columns == null) {
            return Mono.just(0L);
        }
        String from = " SELECT " + columns + " FROM json_populate_recordset(NULL::" + table + ", :rows::json)"
                + (table.equals("status_set") ? " WHERE list IN (SELECT id FROM status_lists WHERE closed)" : "");
        var insert = table.equals("audit")
                ? database.sql("INSERT INTO audit (" + columns + ")" + from + " WHERE at < :begins")
                        .bind("begins", auditBegins)
                : database.sql("INSERT INTO " + table + " (" + columns + ")" + from + " ON CONFLICT DO NOTHING");
        return insert.bind("rows", "[" + String.join(",", rows) + "]")
                .fetch()
                .rowsUpdated()
                .onErrorMap(
                        SqlErrors::isRefusal,
                        error -> new MalformedException(
                                "the backup is damaged: it has what is no row of the table " + table, error));
    }
}
