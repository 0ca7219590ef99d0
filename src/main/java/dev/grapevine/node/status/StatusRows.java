package dev.grapevine.node.status;

import dev.grapevine.node.credential.StatusPlace.ListName;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is set in status lists: the table {@code status_set}, and the versions of the lists, which grow with it. */
public final class StatusRows {

    /** Counts a change of every list that the statement before it names. */
    private static final String COUNT_CHANGES = " UPDATE status_lists l SET version = version + 1"
            + " FROM (SELECT DISTINCT list FROM changed) c WHERE l.id = c.list";

    private final DatabaseClient database;

    StatusRows(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Sets the status revocation in the caller's transaction, for places that a statement tells.
     *
     * @param places SQL that returns a list and an index, which may be null: then there is nothing to set
     * @param statement makes a statement of SQL and binds what {@code places} needs
     */
    public static Mono<Void> revoke(String places, Function<String, PostgresqlStatement> statement) {
        String sql = "WITH places(list, index) AS (" + places + "), changed AS ("
                + " INSERT INTO status_set (list, purpose, index)"
                + " SELECT list, 'revocation', index FROM places WHERE list IS NOT NULL"
                + " ON CONFLICT DO NOTHING RETURNING list)" + COUNT_CHANGES;
        return Flux.from(statement.apply(sql).execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** Sets or lifts one status; in the caller's Spring transaction, if there is one. */
    Mono<Void> put(ListName list, int index, boolean set) {
        String change = set
                ? "INSERT INTO status_set (list, purpose, index) VALUES (:list, :purpose, :index)"
                        + " ON CONFLICT DO NOTHING RETURNING list"
                : "DELETE FROM status_set WHERE list = :list AND purpose = :purpose AND index = :index RETURNING list";
        return database.sql("WITH changed AS (" + change + ")" + COUNT_CHANGES)
                .bind("list", list.list())
                .bind("purpose", list.purpose().text())
                .bind("index", (long) index)
                .then();
    }

    /** Whether a status is set; empty if there is no such list. */
    Mono<Boolean> isSet(ListName list, int index) {
        return database.sql("SELECT EXISTS (SELECT FROM status_set s WHERE s.list = l.id AND s.purpose = :purpose"
                        + " AND s.index = :index) AS set FROM status_lists l WHERE l.id = :list")
                .bind("list", list.list())
                .bind("purpose", list.purpose().text())
                .bind("index", (long) index)
                .map(row -> Objects.requireNonNull(row.get("set", Boolean.class)))
                .one();
    }

    /** How often a list was changed; empty if there is none. */
    Mono<Long> version(ListName list) {
        return database.sql("SELECT version FROM status_lists WHERE id = :list")
                .bind("list", list.list())
                .map(row -> Objects.requireNonNull(row.get("version", Long.class)))
                .one();
    }

    /**
     * What is set at one moment.
     *
     * @param version of the list
     * @param set the places
     */
    record Statuses(long version, int[] set) {}

    /** What is set in a list; empty if there is none. */
    Mono<Statuses> read(ListName list) {
        return database.sql("SELECT version, array(SELECT index::integer FROM status_set s WHERE s.list = l.id"
                        + " AND s.purpose = :purpose) AS set FROM status_lists l WHERE id = :list")
                .bind("list", list.list())
                .bind("purpose", list.purpose().text())
                .map(row -> new Statuses(
                        Objects.requireNonNull(row.get("version", Long.class)),
                        places(Optional.ofNullable(row.get("set", Integer[].class)))))
                .one();
    }

    private static int[] places(Optional<Integer[]> set) {
        return Arrays.stream(set.orElse(new Integer[0]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
