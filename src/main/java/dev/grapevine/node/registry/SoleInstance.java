package dev.grapevine.node.registry;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether this instance is the only one that changes its database: a lease (Gray and Cheriton, 1989) on the row of
 * {@code last_change}, which whoever commits changes has to lock
 * (docs/decisions/2026-11-29-the-sole-instance.md). To be asked on one connection, by one caller at a time.
 */
final class SoleInstance {

    /** Half of what others wait before they commit a change (V41), which is measured by another clock. */
    static final Duration TERM = Duration.ofMillis(250);

    /** An instance that was not alone looks again after this time. */
    private static final Duration CLAIM_EVERY = Duration.ofSeconds(10);

    private static final int PRESENT = 0x67726170;

    /** For as long as the connection lives. What is done on it need not outlive the server. */
    private static final String APPEAR =
            "SET synchronous_commit = off; SELECT pg_advisory_lock_shared(" + PRESENT + ", 0)";

    /** Durable, for the lease may be older than a server that was started anew. Takes no lock where others are present. */
    private static final String CLAIM = "BEGIN; SET LOCAL synchronous_commit = on;"
            + " UPDATE last_change SET sole = current_setting('grapevine.instance', true)"
            + " WHERE sole IS DISTINCT FROM current_setting('grapevine.instance', true) AND NOT EXISTS"
            + " (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = " + PRESENT
            + " AND pid <> pg_backend_pid()"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));"
            + " COMMIT";

    /** Waits for whoever is about to commit. */
    private static final String RENEW =
            "SELECT id FROM last_change WHERE sole = current_setting('grapevine.instance', true) FOR SHARE";

    private static final String LEAVE =
            "UPDATE last_change SET sole = NULL WHERE sole = current_setting('grapevine.instance', true)";

    private final Clock clock;
    private final LongSupplier nanoTime;
    private boolean claimed;
    private long nextClaimNanos;
    private volatile Lease lease;

    /** Ends by whichever clock is first: one of them may stand still while the machine sleeps. */
    private record Lease(long endNanos, long endMillis) {}

    /** @param nanoTime a monotonic clock */
    SoleInstance(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lease = leaseOf(Duration.ZERO);
    }

    private Lease leaseOf(Duration term) {
        return new Lease(nanoTime.getAsLong() + term.toNanos(), clock.millis() + term.toMillis());
    }

    /** To be called on a new connection. What was believed before is over. */
    Mono<Void> appear(PostgresqlConnection connection) {
        claimed = false;
        nextClaimNanos = nanoTime.getAsLong();
        lease = leaseOf(Duration.ZERO);
        return Flux.from(connection.createStatement(APPEAR).execute())
                .concatMap(result -> result.map(row -> true))
                .then();
    }

    /** Whether no other instance can have committed since the newest change was told by {@link #newest}, nor can at this moment. */
    boolean isSole() {
        Lease last = lease;
        return nanoTime.getAsLong() - last.endNanos < 0 && clock.millis() < last.endMillis;
    }

    /** The id of the newest change, if this instance is the sole one, which it then is for a while; else empty. */
    Mono<Long> newest(PostgresqlConnection connection) {
        return Mono.defer(() -> claimed ? renew(connection) : claim(connection));
    }

    /** Spares the next instance the wait. */
    Mono<Void> leave(PostgresqlConnection connection) {
        lease = leaseOf(Duration.ZERO);
        return claimed
                ? Flux.from(connection.createStatement(LEAVE).execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .then()
                : Mono.empty();
    }

    private Mono<Long> renew(PostgresqlConnection connection) {
        Lease next = leaseOf(TERM);
        return Flux.from(connection.createStatement(RENEW).execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "id", Long.class)))
                .next()
                .doOnNext(id -> lease = next)
                .switchIfEmpty(Mono.fromRunnable(() -> claimed = false));
    }

    private Mono<Long> claim(PostgresqlConnection connection) {
        long now = nanoTime.getAsLong();
        if (now - nextClaimNanos < 0) {
            return Mono.empty();
        }
        nextClaimNanos = now + CLAIM_EVERY.toNanos();
        return Flux.from(connection.createStatement(CLAIM).execute())
                .concatMap(result -> result.getRowsUpdated())
                .then(Mono.fromRunnable(() -> claimed = true));
    }
}
