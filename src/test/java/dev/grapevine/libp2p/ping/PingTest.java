package dev.grapevine.libp2p.ping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryNetwork;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import dev.grapevine.libp2p.swarm.TestHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PingTest {

    private static final Duration MOMENT = Duration.ofMillis(300);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final TestHost a = new TestHost(1, loop, network);
    private final TestHost b = new TestHost(2, loop, network);
    private final Ping pingOfA = new Ping(a.swarm, loop::nanoTime, new SplittableRandom(1));

    @Test
    void measuresAndKeepsTheConnection() {
        pingOfA.start();
        ping(b).start();
        connect();

        assertThat(pingOfA.roundTrip(b.id)).isPresent();
        loop.advance(Duration.ofHours(1));
        assertThat(a.swarm.peers()).containsExactly(b.id);
        assertThat(b.swarm.counters().refused(Refusal.STREAM_LIMIT)).isZero();
    }

    @Test
    void disconnectsAPeerThatHasCrashed() {
        pingOfA.start();
        ping(b).start();
        connect();

        b.transport.crash();
        loop.advance(Duration.ofSeconds(34));
        assertThat(a.swarm.peers()).containsExactly(b.id);
        loop.advance(Duration.ofSeconds(3));

        assertThat(a.swarm.peers()).isEmpty();
    }

    @Test
    void theConnectionOfAPeersEarlierRunEndsSoonAfterThePeerHasDialled() {
        pingOfA.start();
        ping(b).start();
        connect();
        List<String> heard = new ArrayList<>();
        a.swarm.addListener(new Swarm.PeerListener() {
            @Override
            public void disconnected(PeerId peer) {
                heard.add("gone");
            }
        });

        b.transport.crash();
        TestHost again = new TestHost(2, loop, network);
        ping(again).start();
        again.swarm.keepConnected(a.address);
        loop.advance(MOMENT);
        assertThat(a.swarm.counters().connections()).isEqualTo(2);
        loop.advance(Duration.ofSeconds(6));

        assertThat(a.swarm.counters().connections()).isEqualTo(1);
        assertThat(a.swarm.connection(b.id))
                .hasValueSatisfying(it -> assertThat(it.dialled()).isFalse());
        assertThat(pingOfA.roundTrip(b.id)).isPresent();
        assertThat(heard).isEmpty();
    }

    @Test
    void connectionsThatBothSidesHaveDialledLive() {
        pingOfA.start();
        ping(b).start();
        a.swarm.keepConnected(b.address);
        b.swarm.keepConnected(a.address);
        loop.advance(Duration.ofHours(1));

        assertThat(a.swarm.counters().connections()).isEqualTo(2);
        assertThat(b.swarm.counters().connections()).isEqualTo(2);
        assertThat(b.swarm.counters().refused(Refusal.STREAM_LIMIT)).isZero();
        assertThat(network.dialled()).hasSize(2);
    }

    @Test
    void keepsAPeerThatDoesNotSpeakPing() {
        pingOfA.start();
        connect();
        loop.advance(Duration.ofMinutes(10));

        assertThat(a.swarm.peers()).containsExactly(b.id);
        assertThat(pingOfA.roundTrip(b.id)).isEmpty();
    }

    @Test
    void echoesWholePayloadsUntilTheEnd() {
        ping(b).start();
        connect();
        Stream stream = open();
        StringBuilder answer = new StringBuilder();
        stream.bytes().receive(TestHost.collect(answer));

        stream.bytes().write("x".repeat(20).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        loop.advance(MOMENT);
        assertThat(answer).isEmpty();
        stream.bytes().write("y".repeat(50).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        stream.bytes().closeWrite();
        loop.advance(MOMENT);

        assertThat(answer).hasToString("x".repeat(20) + "y".repeat(44) + ".");
    }

    @Test
    void takesTwoStreamsOfAPeerAndAThirdOnlyAfterOneIsOver() {
        ping(b).start();
        connect();
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < Ping.MAX_INBOUND_STREAMS; i++) {
            streams.add(open());
        }
        assertThat(tryOpen()).isCompletedExceptionally();

        streams.getFirst().bytes().closeWrite();
        loop.advance(MOMENT);

        assertThat(open()).isNotNull();
    }

    private Ping ping(TestHost host) {
        return new Ping(host.swarm, loop::nanoTime, new SplittableRandom(2));
    }

    private void connect() {
        a.swarm.keepConnected(b.address);
        loop.advance(MOMENT);
    }

    private Stream open() {
        return tryOpen().join();
    }

    private CompletableFuture<Stream> tryOpen() {
        CompletableFuture<Stream> opened = a.swarm.open(b.id, List.of(Ping.ID)).toCompletableFuture();
        loop.advance(MOMENT);
        return opened;
    }
}
