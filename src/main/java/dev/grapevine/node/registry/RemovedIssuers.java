package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes logs out of the database whose issuers are blocked. A log is out of sight in one transaction, in which its row in
 * {@code issuers} goes: nothing of it, rather than less than a prefix. Its other rows, which nothing leads to any more, go afterwards, a bounded
 * number a transaction, on whichever instance comes first; after a crash it goes on. A log that begins anew has a row with another id.
 */
final class RemovedIssuers implements SmartLifecycle {

    /** Rows deleted in one transaction. */
    static final int MAX_DELETED_AT_ONCE = 2_000;

    /** What an issuer has rows in, by the column {@code issuer}; beside them {@code changes}, where the oldest go in time. */
    static final List<String> TABLES = List.of(
            "events",
            "profiles",
            "credentials",
            "idempotency",
            "issuer_keys",
            "forks",
            "final_statements",
            "recoveries");

    private static final Logger LOG = LoggerFactory.getLogger(RemovedIssuers.class);

    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Transactions database;
    private final Clock clock;
    private volatile @Nullable Disposable background;

    RemovedIssuers(Transactions database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Takes a log out of sight. Its row is locked. */
    static Mono<Void> remove(PostgresqlConnection connection, IssuerRow row, Instant now) {
        return run(connection
                        .createStatement("INSERT INTO removed_issuers (issuer, did, removed_at) VALUES ($1, $2, $3)")
                        .bind("$1", row.id())
                        .bind("$2", row.issuer().did())
                        .bind("$3", now))
                .then(Mono.defer(() -> run(connection
                        .createStatement("DELETE FROM issuers WHERE id = $1")
                        .bind("$1", row.id()))))
                .then();
    }

    /** Issuers whose logs were removed by changes after an id. */
    static Flux<IssuerId> removedAfter(PostgresqlConnection connection, long changeId) {
        return Flux.from(connection
                        .createStatement(
                                "SELECT DISTINCT r.did FROM changes c JOIN removed_issuers r ON r.issuer = c.issuer"
                                        + " WHERE c.id > $1")
                        .bind("$1", changeId)
                        .execute())
                .concatMap(result -> result.map(row -> IssuerId.parse(Rows.required(row, "did", String.class))));
    }

    /** Deletes everything that is to be deleted. */
    Mono<Void> clean() {
        return step().repeat().takeUntil(deleted -> deleted == 0).then(forget());
    }

    /** One transaction. @return how many rows it has deleted; 0 if there are none left, or another instance is at it */
    Mono<Long> step() {
        return database.inTransaction(connection -> Flux.from(connection
                        .createStatement("SELECT issuer FROM removed_issuers WHERE emptied_at IS NULL"
                                + " ORDER BY issuer LIMIT 1 FOR UPDATE SKIP LOCKED")
                        .execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "issuer", Long.class)))
                .next()
                .flatMap(issuer -> delete(connection, issuer))
                .defaultIfEmpty(0L));
    }

    private Mono<Long> delete(PostgresqlConnection connection, long issuer) {
        return Flux.fromIterable(TABLES)
                .concatMap(table -> run(connection
                        .createStatement("DELETE FROM " + table + " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " + table
                                + " WHERE issuer = $1 LIMIT $2))")
                        .bind("$1", issuer)
                        .bind("$2", MAX_DELETED_AT_ONCE)))
                .filter(deleted -> deleted > 0)
                .next()
                .switchIfEmpty(Mono.defer(() -> run(connection
                        .createStatement("UPDATE removed_issuers SET emptied_at = $2 WHERE issuer = $1")
                        .bind("$1", issuer)
                        .bind("$2", clock.instant()))));
    }

    /** Forgets those of whose ids nothing is left. */
    private Mono<Void> forget() {
        return database.inTransaction(connection ->
                        run(connection.createStatement("DELETE FROM removed_issuers r WHERE emptied_at IS NOT NULL"
                                + " AND NOT EXISTS (SELECT FROM changes c WHERE c.issuer = r.issuer)")))
                .then();
    }

    private static Mono<Long> run(PostgresqlStatement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> Objects.requireNonNull(result.getRowsUpdated()))
                .single();
    }

    @Override
    public void start() {
        background = Flux.interval(EVERY)
                .onBackpressureDrop()
                .concatMap(tick -> clean().doOnError(
                                error -> LOG.warn("Logs of blocked issuers could not be deleted: {}", error.toString()))
                        .onErrorComplete())
                .subscribe();
    }

    @Override
    public void stop() {
        Disposable running = background;
        if (running != null) {
            running.dispose();
            background = null;
        }
    }

    @Override
    public boolean isRunning() {
        return background != null;
    }
}
