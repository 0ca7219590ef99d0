package dev.grapevine.node.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the embedded server has ended while the node runs, and starts it again: at once, and then, while that fails (its
 * disk is full, say), at ever longer intervals, for ever.
 */
final class ServerWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);

    private static final Duration CHECK_EVERY = Duration.ofMillis(250);
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration MAX_BACKOFF = Duration.ofSeconds(10);
    /** The longest that an attempt takes which is under way when the node stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private final Server server;
    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("postgres-watch").factory());
    private Duration backoff = Duration.ZERO;
    private long nextAttemptNanos;
    private @Nullable Future<?> checks;

    /** The server, as far as it is watched. */
    interface Server {

        boolean isRunning() throws IOException;

        /** Returns when it answers again; fails where it does not. */
        void startAgain() throws IOException;
    }

    /** @param nanoTime a monotonic clock */
    ServerWatch(Server server, LongSupplier nanoTime) {
        this.server = server;
        this.nanoTime = nanoTime;
    }

    ServerWatch begin() {
        checks = thread.scheduleWithFixedDelay(
                this::check, CHECK_EVERY.toMillis(), CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Never fails, for that would be the last check. */
    void check() {
        try {
            if (server.isRunning()) {
                backoff = Duration.ZERO;
            } else if (backoff.isZero() || nanoTime.getAsLong() - nextAttemptNanos >= 0) {
                startAgain();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Whether the embedded PostgreSQL runs cannot be told: {}", e.toString());
        }
    }

    private void startAgain() {
        boolean first = backoff.isZero();
        backoff = first ? FIRST_BACKOFF : min(backoff.multipliedBy(2), MAX_BACKOFF);
        if (first) {
            LOG.warn("The embedded PostgreSQL has ended by itself; starting it again");
        }
        try {
            server.startAgain();
            LOG.warn("The embedded PostgreSQL runs again");
        } catch (IOException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.error("{}; trying again in {} s", e.getMessage(), backoff.toSeconds());
            }
        }
        nextAttemptNanos = nanoTime.getAsLong() + backoff.toNanos();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Watches no more; returns when no attempt is under way. */
    @Override
    public void close() {
        if (checks != null) {
            checks.cancel(true);
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The embedded PostgreSQL is still being started");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
