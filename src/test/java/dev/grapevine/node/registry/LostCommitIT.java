package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.registry.PublishOutcome.Done;
import dev.grapevine.node.storage.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The connection breaks at the commit, and nobody says whether it happened. */
class LostCommitIT {

    private enum Next {
        COMMIT,
        COMMIT_AND_LOSE_THE_ANSWER,
        LOSE_THE_COMMIT
    }

    private final AtomicReference<Next> next = new AtomicReference<>(Next.COMMIT);
    private final TestRegistry node = new TestRegistry(TestPostgres.newDatabase(), 1, this::unreliable).start();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFoundInTheLog() {
        next.set(Next.COMMIT_AND_LOSE_THE_ANSWER);
        assertThat(node.publish("ada"))
                .isInstanceOfSatisfying(
                        Done.class, done -> assertThat(done.sequence()).isEqualTo(1));
        assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(2);
        assertThat(node.lookup("ada")).hasSize(1);
    }

    @Test
    void aCommitThatNeverHappenedIsDoneAgain() {
        next.set(Next.LOSE_THE_COMMIT);
        assertThat(node.publish("ada"))
                .isInstanceOfSatisfying(
                        Done.class, done -> assertThat(done.sequence()).isEqualTo(1));
        assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(2);
        assertThat(node.count("SELECT count(*) FROM credentials")).isEqualTo(1);
    }

    private ConnectionFactory unreliable(ConnectionFactory server) {
        return new ConnectionFactory() {
            @Override
            public Publisher<? extends Connection> create() {
                return Mono.from(server.create()).map(connection -> unreliable(connection));
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return server.getMetadata();
            }
        };
    }

    private Connection unreliable(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class, Wrapped.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "commitTransaction" -> commit(real);
                    case "unwrap" -> arguments == null || ((Class<?>) arguments[0]).isInstance(real) ? real : null;
                    default -> {
                        try {
                            yield method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                });
    }

    private Mono<Void> commit(Connection real) {
        Mono<Void> lost = Mono.error(new R2dbcNonTransientResourceException("connection lost"));
        return Mono.defer(() -> switch (next.getAndSet(Next.COMMIT)) {
            case COMMIT -> Mono.from(real.commitTransaction());
            case COMMIT_AND_LOSE_THE_ANSWER ->
                Mono.from(real.commitTransaction()).then(lost);
            case LOSE_THE_COMMIT -> Mono.from(real.rollbackTransaction()).then(lost);
        });
    }
}
