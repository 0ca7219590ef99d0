package dev.grapevine.node.registry;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ValidationDepth;
import java.io.EOFException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Hears of every commit of changes on this database, by whichever instance, over one connection of its own. A lost connection
 * is made anew, for ever; the node goes on meanwhile.
 */
final class ChangeListener implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListener.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

    /** A connection that died without a word is noticed within the sum of these two. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(5);

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);

    private final Transactions database;
    private final Sinks.Many<Long> ids = Sinks.many().multicast().directBestEffort();
    private volatile boolean listening;
    private volatile @Nullable Disposable running;

    ChangeListener(Transactions database) {
        this.database = database;
    }

    /**
     * Ids of changes that are committed, as they come: of the last change of a commit, and of the newest change whenever a
     * connection was made. Hot; who does not keep up gets the latest only.
     */
    Flux<Long> ids() {
        return ids.asFlux().onBackpressureLatest();
    }

    /** Whether commits are heard of now. While they are not, anything may happen unheard. */
    boolean isListening() {
        return listening;
    }

    /** Goes on in the background: a node starts without it. */
    @Override
    public void start() {
        running = Flux.usingWhen(
                        database.open().timeout(CHECK_TIMEOUT), ChangeListener::listen, PostgresqlConnection::close)
                .doOnNext(id -> {
                    listening = true;
                    ids.tryEmitNext(id);
                })
                .doOnError(error -> {
                    if (listening) {
                        LOG.warn("Changes by other instances are not heard of; listening again: {}", error.toString());
                    }
                    listening = false;
                })
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                        .maxBackoff(MAX_BACKOFF)
                        .transientErrors(true))
                .subscribe();
    }

    /** The newest change is asked for after LISTEN has begun, so that nothing falls between. */
    private static Flux<Long> listen(PostgresqlConnection connection) {
        Flux<Long> heard = connection
                .getNotifications()
                .mapNotNull(Notification::getParameter)
                .map(Long::parseLong)
                .concatWith(Mono.error(() -> new EOFException("the connection was closed")));
        Mono<Long> newest = Flux.from(
                        connection.createStatement("LISTEN " + Changes.CHANNEL).execute())
                .flatMap(result -> result.getRowsUpdated())
                .then(Changes.last(connection))
                .timeout(CHECK_TIMEOUT);
        Flux<Long> checks = Flux.interval(CHECK_EVERY)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.from(connection.validate(ValidationDepth.REMOTE))
                        .timeout(CHECK_TIMEOUT)
                        .filter(alive -> !alive)
                        .flatMap(dead -> Mono.error(new EOFException("the connection is dead"))));
        return Flux.merge(heard, newest, checks);
    }

    @Override
    public void stop() {
        Disposable connection = running;
        if (connection != null) {
            connection.dispose();
            running = null;
            listening = false;
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    /** Before the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
