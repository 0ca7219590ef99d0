package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator reads of configured peers at the default level of the log. */
class KeptPeersTest {

    private static final Duration MOMENT = Duration.ofMillis(300);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final TestHost a = new TestHost(1, loop, network);
    private final TestHost b = new TestHost(2, loop, network);
    private final Logger log = Logger.getLogger(KeptPeers.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.setLevel(Level.INFO);
        log.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(handler);
        log.setLevel(null);
    }

    @Test
    void aPeerThatDoesNotAnswerIsNamedWithTheReasonAndTheNextAttempt() {
        Multiaddr nowhere = Multiaddr.parse("/ip4/10.0.0.77/udp/4001/quic-v1");
        a.swarm.keepConnected(nowhere.with(Protocol.P2P, b.id.toString()));
        loop.advance(MOMENT);

        assertThat(lines)
                .singleElement()
                .asString()
                .matches("INFO cannot reach " + nowhere + ": nobody answers; trying again in 0\\.[2-5] s");

        loop.advance(Duration.ofMinutes(1));
        assertThat(lines).hasSizeBetween(2, 4);
        assertThat(lines.getLast())
                .startsWith("WARNING cannot reach " + nowhere)
                .contains("failures in a row: ");
    }

    @Test
    void aPeerIsNamedWhenItIsConnectedAndWhenItIsLost() {
        a.swarm.keepConnected(b.address);
        loop.advance(Duration.ofMinutes(10));
        assertThat(lines).containsExactly("INFO connected with " + b.id + " at " + b.address);

        b.swarm.close();
        loop.advance(MOMENT);

        assertThat(lines.get(1)).startsWith("INFO lost the connection with " + b.id + "; dialling " + b.address);
    }

    @Test
    void aPeerWithAnotherKeyAtTheSameAddressIsTakenWithAWarningThatNamesBoth() {
        a.swarm.keepConnected(b.address);
        loop.advance(Duration.ofMinutes(1));
        b.swarm.close();
        TestHost another = new TestHost(3, loop, network);
        another.swarm.listen(b.address);
        loop.advance(Duration.ofSeconds(2));

        assertThat(a.swarm.peers()).containsExactly(another.id);
        assertThat(lines)
                .contains("WARNING the peer behind " + b.address + " has changed: it was " + b.id + ", now "
                        + another.id + " has answered and is taken instead");
    }
}
