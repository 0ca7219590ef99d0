package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeListenerIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final ChangeListener listener = new ChangeListener(node.transactions);
    private final List<Long> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        listener.ids().subscribe(heard::add);
        listener.start();
        await().atMost(PATIENCE).until(listener::isListening);
    }

    @AfterEach
    void close() {
        listener.stop();
        node.close();
    }

    @Test
    void commitsOfEveryInstanceAreHeardOnceEach() {
        try (TestRegistry twin = new TestRegistry(node.url, 1, connections -> connections).start()) {
            node.publish("ada");
            twin.publish("bob");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly(1L, 2L, 3L));
        }
    }

    @Test
    void aLostConnectionIsMadeAnewAndWakesEverybody() {
        assertThat(node.count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'SELECT id FROM last_change'"))
                .isEqualTo(1);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(heard).containsExactly(1L, 1L);
            assertThat(listener.isListening()).isTrue();
        });
        node.publish("ada");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly(1L, 1L, 2L));
    }

    @Test
    void aStoppedListenerLeavesNoConnection() {
        listener.stop();
        assertThat(listener.isListening()).isFalse();
        await().atMost(PATIENCE)
                .until(() -> node.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND query LIKE 'SELECT id FROM last_change'")
                        == 0);
    }
}
