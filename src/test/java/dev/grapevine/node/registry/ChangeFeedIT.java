package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.PATIENCE;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.registry.ChangeFeed.Step;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ChangeFeedIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final Changes changes = new Changes(new Transactions(counting(node.pool)), TrustLevel.KNOWN);
    private final Sinks.Many<Long> wakes = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<Boolean> ticks = Sinks.many().multicast().directBestEffort();
    private final ChangeFeed feed = new ChangeFeed(changes, wakes.asFlux(), ticks.asFlux());

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void whatWasThereComesAtOnceAndWhatFollowsWhenItWakes() {
        node.publish("ada");
        StepVerifier.create(feed.follow(0))
                .assertNext(step -> assertThat(ids(step)).containsExactly(1L, 2L))
                .then(() -> node.publish("bob"))
                .then(() -> wakes.tryEmitNext(3L))
                .assertNext(step -> assertThat(ids(step)).containsExactly(3L))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aTickTellsThatAllIsQuietOrWhatNoWakeHasTold() {
        StepVerifier.create(feed.follow(1))
                .then(() -> ticks.tryEmitNext(true))
                .expectNext(new Step.Quiet(1))
                .then(() -> node.publish("ada"))
                .then(() -> ticks.tryEmitNext(true))
                .assertNext(step -> assertThat(ids(step)).containsExactly(2L))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aSlowReaderLeavesWhatItHasNotAskedForInTheDatabase() {
        long last = 1 + 100 * ChangeFeed.PAGE_CHANGES;
        insertUpTo(last);
        StepVerifier.Step<Step> reader = StepVerifier.create(feed.follow(1), 0);
        for (int page = 0; page < 3; page++) {
            long first = 2 + (long) page * ChangeFeed.PAGE_CHANGES;
            reader = reader.thenRequest(1)
                    .assertNext(step -> assertThat(ids(step))
                            .containsExactlyElementsOf(LongStream.range(first, first + ChangeFeed.PAGE_CHANGES)
                                    .boxed()
                                    .toList()))
                    .then(() -> wakes.tryEmitNext(last));
        }
        reader.thenCancel().verify(PATIENCE);
        assertThat(reads).hasValueBetween(3, 5);
    }

    @Test
    void aReaderWhoseIdIsForgottenIsToldAndGoesOnFromTheNewest() {
        insertUpTo(10);
        await(changes.prune(5).thenReturn(true));
        for (long position : List.of(3L, 11L)) {
            StepVerifier.create(feed.follow(position))
                    .expectNext(new Step.Forgotten(10))
                    .thenCancel()
                    .verify(PATIENCE);
        }
        StepVerifier.create(feed.follow(5))
                .assertNext(step -> assertThat(ids(step)).containsExactly(6L, 7L, 8L, 9L, 10L))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aLostDatabaseIsQuietUntilItIsBack() {
        StepVerifier.create(feed.follow(1))
                .then(() -> down.set(true))
                .then(() -> ticks.tryEmitNext(true))
                .expectNext(new Step.Quiet(1))
                .then(() -> wakes.tryEmitNext(1L))
                .then(() -> down.set(false))
                .then(() -> node.publish("ada"))
                .then(() -> wakes.tryEmitNext(2L))
                .assertNext(step -> assertThat(ids(step)).containsExactly(2L))
                .thenCancel()
                .verify(PATIENCE);
    }

    private void insertUpTo(long last) {
        await(node.transactions.inTransaction(connection -> Flux.from(connection
                        .createStatement("WITH counted AS (UPDATE last_change SET id = " + last + ")"
                                + " INSERT INTO changes SELECT id, 1, id, now(), gen_random_uuid(), 'published'"
                                + " FROM generate_series(2, " + last + ") id")
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .next()));
    }

    private static List<Long> ids(Step step) {
        return ((Step.Applied) step).changes().stream().map(AppliedChange::id).toList();
    }

    private ConnectionFactory counting(ConnectionFactory pool) {
        return new ConnectionFactory() {
            @Override
            public Publisher<? extends Connection> create() {
                return down.get()
                        ? Mono.error(new R2dbcNonTransientResourceException("the database is down"))
                        : Mono.<Connection>from(pool.create()).doOnNext(connection -> reads.incrementAndGet());
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return pool.getMetadata();
            }
        };
    }
}
