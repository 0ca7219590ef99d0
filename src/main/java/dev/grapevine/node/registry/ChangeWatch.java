package dev.grapevine.node.registry;

import dev.grapevine.node.registry.Changes.Since;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has what is in memory forget what was changed on this database, by whichever instance. It asks on a connection of its own, and
 * forgets everything whenever it has to connect anew: then the database may be another, or an older state of the same.
 * One catching up at a time.
 */
final class ChangeWatch {

    /** The most changes that are read; beyond, everything is forgotten. */
    static final int MAX_CHANGES_READ = 10_000;

    private static final int PAGE = 1_000;

    /** A database that does not answer within this time is down. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** With a parameter, for then it is a statement that the server has prepared. */
    private static final String NEWER = "SELECT id FROM last_change WHERE id <> $1";

    private final Transactions database;
    private final Changes changes;
    private final SoleInstance sole;
    private final List<ChangeMemory> memories;
    private volatile @Nullable PostgresqlConnection connection;
    private volatile long seen;
    private volatile long ownTransactions = Transactions.UNDER_WAY;

    ChangeWatch(Transactions database, Changes changes, SoleInstance sole, ChangeMemory... memories) {
        this.database = database;
        this.changes = changes;
        this.sole = sole;
        this.memories = List.of(memories);
    }

    /** Whether nothing was changed since the memory caught up, because nobody else can change anything now and this instance did not. */
    boolean isCaughtUp() {
        long ended = database.ended();
        return ended != Transactions.UNDER_WAY && ended == ownTransactions && sole.isSole();
    }

    /**
     * Completes when the memory has forgotten what concerns changes that were committed before the subscription. A connection that was kept
     * and does not work any more is made anew. A database that hangs is not asked twice.
     */
    Mono<Void> catchUp() {
        return Mono.defer(() -> connection == null
                ? attempt()
                : attempt().onErrorResume(error -> !(error instanceof QueryTimeoutException), broken -> attempt()));
    }

    private Mono<Void> attempt() {
        return Mono.defer(this::connected)
                .flatMap(this::catchUpOn)
                .timeout(TIMEOUT)
                .onErrorResume(error -> disconnect().then(Mono.error(Transactions.asDataAccess(error))));
    }

    private Mono<PostgresqlConnection> connected() {
        PostgresqlConnection open = connection;
        return open != null
                ? Mono.just(open)
                : database.open().flatMap(opened -> {
                    seen = -1;
                    connection = opened;
                    return sole.appear(opened).thenReturn(opened);
                });
    }

    private Mono<Void> catchUpOn(PostgresqlConnection open) {
        long ended = database.ended();
        ownTransactions = Transactions.UNDER_WAY;
        Mono<Long> alone = ended == Transactions.UNDER_WAY ? Mono.empty() : sole.newest(open);
        return alone.delayUntil(this::catchUpWith)
                .doOnNext(newest -> ownTransactions = ended)
                .switchIfEmpty(Mono.defer(() -> newer(open).delayUntil(this::catchUpWith)))
                .then();
    }

    /** Has other instances change the database without a wait, and gives the connection back. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            PostgresqlConnection open = connection;
            return open == null
                    ? Mono.empty()
                    : sole.leave(open).timeout(TIMEOUT).onErrorComplete().then(disconnect());
        });
    }

    private Mono<Void> disconnect() {
        PostgresqlConnection open = connection;
        connection = null;
        return open == null ? Mono.empty() : Mono.from(open.close()).onErrorComplete();
    }

    /** The id of the newest change; empty if it has been seen. */
    private Mono<Long> newer(PostgresqlConnection open) {
        return Flux.from(open.createStatement(NEWER).bind("$1", seen).execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "id", Long.class)))
                .next();
    }

    private Mono<Void> catchUpWith(long newest) {
        if (newest == seen) {
            return Mono.empty();
        }
        if (seen < 0 || newest < seen || newest - seen > MAX_CHANGES_READ) {
            return Mono.fromRunnable(() -> forgetAll(newest));
        }
        return Mono.defer(() -> changes.since(seen, PAGE))
                .doOnNext(this::forget)
                .repeat()
                .takeUntil(since -> seen >= newest)
                .then();
    }

    private void forget(Since since) {
        switch (since) {
            case Since.Page page -> {
                memories.forEach(memory -> memory.forget(page.changes()));
                page.changes().stream().mapToLong(AppliedChange::id).max().ifPresent(last -> seen = last);
            }
            case Since.Forgotten forgotten -> forgetAll(forgotten.last());
        }
    }

    private void forgetAll(long newest) {
        memories.forEach(ChangeMemory::forgetAll);
        seen = newest;
    }
}
