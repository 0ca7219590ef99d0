package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogHead;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the frontier in memory up with what other instances on the same database apply: reads the heads of issuers that the
 * changes since the last time name, and all heads when those changes are not kept any more. Events that change nothing that is
 * shown are not among the changes; their heads come with the next event, or when the log is asked for its head. One
 * refresh at a time.
 */
final class FrontierRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(FrontierRefresh.class);

    private static final int FETCH_ROWS = 500;

    /** For these rows, not for all. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String RANGE =
            "SELECT l.id AS last, (SELECT min(id) FROM changes) AS first FROM last_change l";

    private final Transactions database;
    private final Frontier frontier;
    private volatile long seen = -1; // nothing has been read yet

    FrontierRefresh(Transactions database, Frontier frontier) {
        this.database = database;
        this.frontier = frontier;
    }

    /**
     * The ids of the changes that are kept.
     *
     * @param first empty if there are none
     */
    private record Range(long last, Optional<Long> first) {

        boolean isWholeAfter(long id) {
            return id >= 0
                    && id <= last
                    && (id == last || first.filter(oldest -> oldest <= id + 1).isPresent());
        }
    }

    /** @return completes when the frontier has what was committed before */
    Mono<Void> refresh() {
        return database.read(connection -> range(connection)
                        .flatMap(range -> changed(connection, range))
                        .flux())
                .single()
                .flatMap(done -> done ? Mono.empty() : all());
    }

    /** @return false where the changes since the last time are not kept any more */
    private Mono<Boolean> changed(PostgresqlConnection connection, Range range) {
        if (range.last == seen) {
            return Mono.just(true);
        }
        if (!range.isWholeAfter(seen)) {
            return Mono.just(false);
        }
        return RemovedIssuers.removedAfter(connection, seen) // before the heads: such a log may have begun anew
                .doOnNext(frontier::removed)
                .thenMany(IssuerRow.changedAfter(connection, seen))
                .doOnNext(frontier::advanced)
                .then(Mono.fromSupplier(() -> {
                    seen = range.last;
                    return true;
                }));
    }

    /** What was in the frontier before and is not read was removed. With many issuers this takes longer than the pool lends a connection. */
    private Mono<Void> all() {
        Set<IssuerId> gone = frontier.heads().stream().map(LogHead::issuer).collect(Collectors.toSet());
        return database.snapshot(
                        PATIENCE,
                        connection -> range(connection)
                                .flatMapMany(range -> IssuerRow.all(connection, FETCH_ROWS)
                                        .doOnNext(frontier::advanced)
                                        .doOnNext(row -> gone.remove(row.issuer()))
                                        .doOnComplete(() -> {
                                            gone.forEach(frontier::removed);
                                            seen = range.last;
                                        })))
                .then();
    }

    private static Mono<Range> range(PostgresqlConnection connection) {
        return Flux.from(connection.createStatement(RANGE).execute())
                .concatMap(result -> result.map(row -> new Range(
                        Rows.required(row, "last", Long.class), Optional.ofNullable(row.get("first", Long.class)))))
                .single();
    }

    /** Refreshes now and then, an outage of the database notwithstanding. @return stops it */
    Disposable every(Flux<?> ticks) {
        return ticks.onBackpressureDrop()
                .concatMap(tick -> refresh()
                        .doOnError(error -> LOG.debug("The frontier could not be refreshed: {}", error.toString()))
                        .onErrorComplete())
                .subscribe();
    }
}
