package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogHead;
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

    @Test
    void aHeadThatIsAskedForIsNotForgotten() {
        refresh();
        here.publish("ada");
        LogHead head = TestRegistry.await(there.log.head(here.identity.id()));
        assertThat(there.log.frontier().head(here.identity.id())).contains(head);
        assertThat(head.sequence()).isEqualTo(1);
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
