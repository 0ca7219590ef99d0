package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogHead;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What one instance applies is in the frontier of another one on the same database. */
class FrontierRefreshIT {

    private final TestRegistry here = TestRegistry.onNewDatabase(1).start();
    private final TestRegistry there = new TestRegistry(here.url, 2, connections -> connections).start();
    private final FrontierRefresh refresh = new FrontierRefresh(there.transactions, there.frontier);

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void headsOfAnotherInstanceAreReadAsTheyChange() {
        IssuerId issuer = here.identity.id();
        refresh();
        LogHead first = there.log.frontier().head(issuer).orElseThrow();
        here.publish("ada");
        assertThat(there.log.frontier().head(issuer)).contains(first);
        refresh();
        assertThat(there.log.frontier().head(issuer))
                .hasValueSatisfying(head -> assertThat(head.sequence()).isEqualTo(first.sequence() + 1));
        TestRegistry.await(here.log.head(there.identity.id()));
        assertThat(there.log.frontier().digest()).isEqualTo(here.log.frontier().digest());
    }

    @Test
    void allHeadsAreReadWhenTheChangesAreNotKeptAnyMore() {
        refresh();
        here.publish("ada");
        here.publish("grace");
        execute(here, "DELETE FROM changes");
        refresh();
        assertThat(there.log.frontier().head(here.identity.id()))
                .hasValueSatisfying(head -> assertThat(head.sequence()).isEqualTo(2));
    }

    /** The pool gives up a connection that is lent for ten seconds; with many issuers, or a slow database, that is too short. */
    @Test
    void readingAllHeadsHoldsNoConnectionOfThePool() {
        PostgresqlConnection other = TestRegistry.await(here.transactions.open());
        try {
            TestRegistry.await(other.beginTransaction()
                    .then(run(other, "LOCK TABLE issuers IN ACCESS EXCLUSIVE MODE")
                            .then()));
            CompletableFuture<Void> reading = refresh.refresh().toFuture();
            Awaitility.await()
                    .until(() -> TestRegistry.await(run(other, "SELECT count(*) FROM pg_locks WHERE NOT granted")
                                    .next())
                            > 0);
            assertThat(there.pool.getMetrics().orElseThrow().acquiredSize()).isZero();
            TestRegistry.await(other.commitTransaction());
            assertThat(reading).succeedsWithin(TestRegistry.PATIENCE);
        } finally {
            TestRegistry.await(other.close());
        }
        assertThat(there.frontier.head(here.identity.id())).isPresent();
    }

    @Test
    void aHeadThatIsAskedForIsNotForgotten() {
        refresh();
        here.publish("ada");
        LogHead head = TestRegistry.await(there.log.head(here.identity.id()));
        assertThat(there.log.frontier().head(here.identity.id())).contains(head);
        assertThat(head.sequence()).isEqualTo(1);
    }

    private static Flux<Long> run(PostgresqlConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, Long.class))));
    }

    private void refresh() {
        refresh.refresh().block(TestRegistry.PATIENCE);
    }

    private static void execute(TestRegistry registry, String sql) {
        TestRegistry.await(registry.transactions.inTransaction(
                connection -> Flux.from(connection.createStatement(sql).execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .then()));
    }
}
