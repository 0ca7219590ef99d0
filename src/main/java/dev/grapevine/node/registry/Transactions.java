package dev.grapevine.node.registry;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** Connections to the database, and transactions on them. The driver's own connection is given out, for its COPY. */
final class Transactions {

    private static final TransactionDefinition SNAPSHOT =
            PostgresTransactionDefinition.from(IsolationLevel.REPEATABLE_READ).readOnly();

    /** Instead of a number. */
    static final long UNDER_WAY = -1;

    private static final long ENDED = 1L << Integer.SIZE;

    private final ConnectionFactory connections;

    /** In the upper half how many have ended, in the lower one how many have not. */
    private final AtomicLong changing = new AtomicLong();

    Transactions(ConnectionFactory connections) {
        this.connections = connections;
    }

    /** The commit was sent, and whether it happened is not known. */
    static final class CommitUnknownException extends RuntimeException {
        CommitUnknownException(Throwable cause) {
            super("whether the database has committed is not known", cause);
        }
    }

    /**
     * Does work in a transaction and commits it; the result comes after the commit. Fails with
     * {@link CommitUnknownException} if only the commit failed.
     */
    <T> Mono<T> inTransaction(Function<PostgresqlConnection, Mono<T>> work) {
        Mono<T> result = Mono.defer(() -> {
            Changing own = new Changing();
            return Mono.usingWhen(
                            connections.create(),
                            connection -> transact(connection, work),
                            connection -> Mono.from(connection.close()).doFinally(closed -> own.end()))
                    .contextWrite(context -> context.put(Changing.class, own));
        });
        return result.onErrorMap(Transactions::asDataAccess);
    }

    private enum Phase {
        READING,
        WRITING,
        ENDED
    }

    /** One transaction, counted as soon as it is about to write changes. */
    private final class Changing {
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);

        /** Without effect once the transaction has ended, as one does that is cut off. */
        void begin() {
            if (phase.compareAndSet(Phase.READING, Phase.WRITING)) {
                changing.incrementAndGet();
            }
        }

        void end() {
            if (phase.getAndSet(Phase.ENDED) == Phase.WRITING) {
                changing.addAndGet(ENDED - 1);
            }
        }
    }

    /** To be subscribed to within {@link #inTransaction}, before changes are written that others are told of. */
    static Mono<Void> beginChanging() {
        return Mono.deferContextual(context -> {
            context.get(Changing.class).begin();
            return Mono.empty();
        });
    }

    /** How many transactions that write changes have ended, or {@link #UNDER_WAY} if there is one that has not. */
    long ended() {
        long count = changing.get();
        return (int) count == 0 ? count >>> Integer.SIZE : UNDER_WAY;
    }

    /** BEGIN goes with the first statement, in one round trip. Both are waited for, so that a rollback knows where it is. */
    private static <T> Mono<T> transact(Connection connection, Function<PostgresqlConnection, Mono<T>> work) {
        Mono<Optional<T>> result = Mono.defer(() -> work.apply(unwrap(connection)))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
        return Mono.zipDelayError(Mono.from(connection.beginTransaction()).thenReturn(true), result)
                .map(Tuple2::getT2)
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).getFirst())
                .onErrorResume(error -> Mono.from(connection.rollbackTransaction())
                        .onErrorComplete()
                        .then(Mono.error(error)))
                .flatMap(done -> Mono.from(connection.commitTransaction())
                        .onErrorMap(CommitUnknownException::new)
                        .thenReturn(done))
                .flatMap(Mono::justOrEmpty);
    }

    /** Reads, without a transaction of several statements. */
    <T> Flux<T> read(Function<PostgresqlConnection, Flux<T>> work) {
        Flux<T> result =
                Flux.usingWhen(connections.create(), connection -> work.apply(unwrap(connection)), Connection::close);
        return result.onErrorMap(Transactions::asDataAccess);
    }

    /**
     * Reads by several statements that all see the database as it is at one moment, on a connection that is none of the
     * pool's, whose connections are lent for a short time only.
     *
     * @param timeout of each statement, and of each rest of its reader
     */
    <T> Flux<T> snapshot(Duration timeout, Function<PostgresqlConnection, Flux<T>> work) {
        String patience = "SET LOCAL statement_timeout = %1$d; SET LOCAL idle_in_transaction_session_timeout = %1$d"
                .formatted(timeout.toMillis());
        Flux<T> result = Flux.usingWhen(
                open(),
                connection -> connection
                        .beginTransaction(SNAPSHOT)
                        .thenMany(connection.createStatement(patience).execute())
                        .concatMap(set -> set.getRowsUpdated())
                        .thenMany(Flux.defer(() -> work.apply(connection))),
                PostgresqlConnection::close);
        return result.onErrorMap(Transactions::asDataAccess);
    }

    /** A connection that is none of the pool's, to be kept; whoever asks for it closes it. */
    Mono<PostgresqlConnection> open() {
        ConnectionFactory server = connections instanceof ConnectionPool pool ? pool.unwrap() : connections;
        return Mono.<Connection>from(server.create()).map(Transactions::unwrap);
    }

    /** Spring's own exceptions, which the rest of the node understands, for those of the driver. */
    static Throwable asDataAccess(Throwable error) {
        return switch (error) {
            case R2dbcException e -> ConnectionFactoryUtils.convertR2dbcException("registry", null, e);
            case TimeoutException e -> new QueryTimeoutException("the database does not answer in time", e);
            default -> error;
        };
    }

    private static PostgresqlConnection unwrap(Connection connection) {
        PostgresqlConnection driver = connection instanceof Wrapped<?> wrapped
                ? wrapped.unwrap(PostgresqlConnection.class)
                : connection instanceof PostgresqlConnection own ? own : null;
        if (driver == null) {
            throw new IllegalStateException("not a connection to PostgreSQL: " + connection);
        }
        return driver;
    }
}
