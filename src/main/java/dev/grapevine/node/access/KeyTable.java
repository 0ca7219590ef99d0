package dev.grapevine.node.access;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table {@code api_key}. */
@Component
class KeyTable {

    /** Keys that work, at once. One more is refused. */
    static final int MAX_VALID_KEYS = 1_000;
    /** Rows that are read: all keys that work, and of those that do no longer the newest. The others are as if forgotten. */
    static final int MAX_ROWS = 2 * MAX_VALID_KEYS;

    private static final String COLUMNS = "id, name, roles, created_at, expires_at, last_used_at, revoked_at";
    private static final String VALID = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)";

    private final DatabaseClient database;
    private final Audit audit;
    private final TransactionalOperator transaction;

    KeyTable(DatabaseClient database, Audit audit, ReactiveTransactionManager transactions) {
        this.database = database;
        this.audit = audit;
        this.transaction = TransactionalOperator.create(transactions);
    }

    /** All keys, by their hashes in hex; the newest first. */
    Mono<Map<String, ApiKey>> read(Instant now) {
        return database.sql(
                        "SELECT encode(hash, 'hex') AS hash, %s FROM api_key ORDER BY (%s) DESC, created_at DESC LIMIT %d"
                                .formatted(COLUMNS, VALID, MAX_ROWS))
                .bind("now", now)
                .map(row -> Map.entry(text(row, "hash"), key(row)))
                .all()
                .collect(LinkedHashMap::new, (map, entry) -> map.put(entry.getKey(), entry.getValue()));
    }

    /**
     * Stores the first key there ever was. Instances that start at once on one database wait for each other here, so that
     * only one of them does.
     *
     * @return empty where there is or was a key
     */
    Mono<ApiKey> addFirst(NewKey wanted, byte[] hash, Instant now) {
        Mono<Boolean> none = database.sql("SELECT count(*) AS keys FROM api_key")
                .map(row -> count(row) == 0)
                .one();
        return locked(none.filter(free -> free).flatMap(free -> insert(wanted, hash, now, Actor.NODE)));
    }

    /** @return empty where there are {@link #MAX_VALID_KEYS} already */
    Mono<ApiKey> add(NewKey wanted, byte[] hash, Instant now, Actor actor) {
        Mono<Boolean> room = database.sql("SELECT count(*) AS keys FROM api_key WHERE " + VALID)
                .bind("now", now)
                .map(row -> count(row) < MAX_VALID_KEYS)
                .one();
        return locked(room.filter(free -> free).flatMap(free -> insert(wanted, hash, now, actor)));
    }

    /**
     * Takes a key back. One that is taken back already stays as it is.
     *
     * @return empty where there is none of that id
     */
    Mono<ApiKey> revoke(String id, Instant now, Actor actor) {
        Mono<ApiKey> revoked = database.sql("UPDATE api_key SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL"
                        + " RETURNING " + COLUMNS)
                .bind("id", id)
                .bind("now", now)
                .map(KeyTable::key)
                .one()
                .delayUntil(key -> audit.record(actor, "key.revoked", key.id()));
        Mono<ApiKey> before = database.sql("SELECT " + COLUMNS + " FROM api_key WHERE id = :id")
                .bind("id", id)
                .map(KeyTable::key)
                .one();
        return revoked.switchIfEmpty(before).as(transaction::transactional);
    }

    /** Notes when keys were used last. */
    Mono<Void> used(Map<String, Instant> uses) {
        return Flux.fromIterable(uses.entrySet())
                .concatMap(use -> database.sql(
                                "UPDATE api_key SET last_used_at = greatest(last_used_at, :at) WHERE id = :id")
                        .bind("id", use.getKey())
                        .bind("at", use.getValue())
                        .then())
                .then();
    }

    private <T> Mono<T> locked(Mono<T> work) {
        return database.sql("LOCK TABLE api_key IN SHARE ROW EXCLUSIVE MODE")
                .then()
                .then(work)
                .as(transaction::transactional);
    }

    private Mono<ApiKey> insert(NewKey wanted, byte[] hash, Instant now, Actor actor) {
        GenericExecuteSpec insert = database.sql("INSERT INTO api_key (hash, name, roles, created_at, expires_at)"
                        + " VALUES (:hash, :name, :roles, :now, :expires) RETURNING " + COLUMNS)
                .bind("hash", hash)
                .bind("name", wanted.name())
                .bind("roles", wanted.roles().stream().map(Role::text).toArray(String[]::new))
                .bind("now", now);
        Instant expires = wanted.expires();
        insert = expires == null ? insert.bindNull("expires", Instant.class) : insert.bind("expires", expires);
        return insert.map(KeyTable::key)
                .one()
                .delayUntil(
                        key -> audit.record(actor, "key.added", key.id() + " " + String.join(",", key.roleTexts())));
    }

    private static ApiKey key(Readable row) {
        String[] roles = Objects.requireNonNull(row.get("roles", String[].class));
        return new ApiKey(
                text(row, "id"),
                text(row, "name"),
                roles(roles),
                Objects.requireNonNull(time(row, "created_at")),
                time(row, "expires_at"),
                time(row, "last_used_at"),
                time(row, "revoked_at"));
    }

    private static Set<Role> roles(String[] texts) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Arrays.stream(texts).map(Role::parse).flatMap(Optional::stream).forEach(roles::add);
        return roles;
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class));
    }

    private static @Nullable Instant time(Readable row, String column) {
        return row.get(column, Instant.class);
    }

    private static long count(Readable row) {
        return Objects.requireNonNull(row.get("keys", Long.class));
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
