package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ConnectionTable.Input;
import dev.grapevine.libp2p.swarm.ConnectionTable.Output;
import dev.grapevine.libp2p.swarm.ConnectionTable.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {

    private static final int MAX_CONNECTIONS = 8;
    private static final ResourceLimits LIMITS = ResourceLimits.defaults().withMaxConnections(MAX_CONNECTIONS);

    private final PeerId self = TestPeers.id(1);
    private final PeerId peer = TestPeers.id(2);
    private final ConnectionTable table = new ConnectionTable(self, LIMITS);

    @Test
    void tellsOfTheFirstConnectionAndOfTheLastOnesEnd() {
        assertThat(open(1)).containsExactly(new Output.Connected(peer));
        assertThat(open(2)).isEmpty();
        assertThat(end(1)).isEmpty();
        assertThat(end(2)).containsExactly(new Output.Disconnected(peer));
        assertThat(end(2)).isEmpty();
        assertThat(table.size()).isZero();
        assertThat(table.peers()).isEmpty();
    }

    @Test
    void prefersTheNewestConnectionAndThenTheOneBeforeIt() {
        open(1);
        open(2);
        open(3);
        assertThat(table.preferred(peer)).contains(3L);

        end(2);
        assertThat(table.preferred(peer)).contains(3L);
        end(3);
        assertThat(table.preferred(peer)).contains(1L);
        end(1);
        assertThat(table.preferred(peer)).isEmpty();
    }

    @Test
    void refusesTheConnectionAboveTheLimitAndTakesOneAgainWhenThereIsRoom() {
        for (int i = 1; i <= MAX_CONNECTIONS; i++) {
            table.handle(new Input.Opened(i, TestPeers.id(1 + i)));
        }

        Input oneMore = new Input.Opened(99, TestPeers.id(99));
        assertThat(table.handle(oneMore)).containsExactly(new Output.Close(99, Reason.LIMIT));
        assertThat(table.size()).isEqualTo(MAX_CONNECTIONS);

        end(3);
        assertThat(table.handle(oneMore)).hasOnlyElementsOfType(Output.Connected.class);
    }

    @Test
    void refusesItself() {
        assertThat(table.handle(new Input.Opened(1, self))).containsExactly(new Output.Close(1, Reason.SELF));
        assertThat(table.peers()).isEmpty();
    }

    @Test
    void closesTheOldestWhereOnePeerBringsTooManyConnections() {
        for (int i = 1; i <= LIMITS.maxConnectionsPerPeer(); i++) {
            assertThat(open(i)).doesNotHaveAnyElementsOfTypes(Output.Close.class);
        }

        assertThat(open(8)).containsExactly(new Output.Close(1, Reason.SURPLUS));
        assertThat(open(9)).containsExactly(new Output.Close(2, Reason.SURPLUS));
        assertThat(table.preferred(peer)).contains(9L);
        assertThat(table.size()).as("none has ended yet").isEqualTo(LIMITS.maxConnectionsPerPeer() + 2);
        assertThat(end(1)).isEmpty();
        assertThat(end(2)).isEmpty();
        assertThat(table.size()).isEqualTo(LIMITS.maxConnectionsPerPeer());
    }

    private List<Output> open(long id) {
        return table.handle(new Input.Opened(id, peer));
    }

    private List<Output> end(long id) {
        return table.handle(new Input.Ended(id));
    }
}
