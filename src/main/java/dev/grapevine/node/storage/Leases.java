package dev.grapevine.node.storage;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Closes pooled connections that are lent for longer than any work takes, as happens when the database hangs. Whoever waits
 * on one is told so, and the pool makes another; without this they would wait for ever, and the pool would run dry.
 */
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Duration limit;
    private final Scheduler timer;
    private final Map<Connection, Disposable> ends = new ConcurrentHashMap<>();

    Leases(Duration limit, Scheduler timer) {
        this.limit = limit;
        this.timer = timer;
    }

    /** To be told of each connection that is lent. */
    Mono<Void> begin(Connection connection) {
        return Mono.fromRunnable(() ->
                replace(connection, timer.schedule(() -> expire(connection), limit.toMillis(), TimeUnit.MILLISECONDS)));
    }

    /** To be told of each that comes back. In the middle of a transaction it is rolled back next, which may hang as well. */
    Mono<Void> end(Connection connection) {
        return Mono.fromRunnable(() -> {
            if (connection.isAutoCommit()) {
                replace(connection, null);
            }
        });
    }

    private void replace(Connection connection, @Nullable Disposable end) {
        Disposable before = end == null ? ends.remove(connection) : ends.put(connection, end);
        if (before != null) {
            before.dispose();
        }
    }

    /** One that has broken meanwhile has not come back either. */
    private void expire(Connection connection) {
        ends.remove(connection);
        Mono.from(connection.validate(ValidationDepth.LOCAL))
                .filter(open -> open)
                .doOnNext(open -> LOG.warn(
                        "The database has not done within {} ms what it was asked; a connection is given up",
                        limit.toMillis()))
                .flatMap(open -> Mono.from(connection.close()))
                .onErrorComplete()
                .subscribe();
    }
}
