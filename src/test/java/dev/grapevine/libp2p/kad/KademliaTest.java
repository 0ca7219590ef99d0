package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.identify.Identify;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryNetwork;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.TestHost;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The DHT over swarms in a network in memory. */
class KademliaTest {

    private static final String ID = "/test/kad/1.0.0";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_000L));
    private static final Multihash CONTENT = Multihash.sha256(new byte[] {1});
    private static final int HOSTS = 6;

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final List<TestHost> hosts = new ArrayList<>();
    private final List<Kademlia> dhts = new ArrayList<>();

    /** All know the first one alone; the last one is a client. */
    @BeforeEach
    void start() {
        for (int i = 0; i < HOSTS; i++) {
            int number = i + 1;
            PrivateKey key = TestPeers.key(number);
            TestHost host = new TestHost(number, loop, network);
            KadConfig.Mode mode = number == HOSTS ? KadConfig.Mode.CLIENT : KadConfig.Mode.SERVER;
            hosts.add(host);
            new Identify(host.swarm, key, "host", () -> List.of(host.address), CLOCK).start();
            dhts.add(Kademlia.start(
                    host.swarm,
                    KadConfig.of(ID, mode),
                    () -> List.of(host.address),
                    new SplittableRandom(number),
                    CLOCK,
                    loop::nanoTime));
            host.swarm.keepConnected(hosts.getFirst().address);
        }
        loop.advance(Duration.ofSeconds(30));
    }

    @Test
    void hostsThatKnowOneAddressFindAllWhoServe() {
        for (Kademlia dht : dhts.subList(0, HOSTS - 1)) {
            assertThat(dht.metrics().peers()).isEqualTo(HOSTS - 2);
        }
        assertThat(dhts.getLast().metrics().peers()).isEqualTo(HOSTS - 1);
        assertThat(hosts.get(1).swarm.peers()).contains(hosts.get(2).id);
        assertThat(result(dhts.get(1).findPeer(hosts.getLast().id))).containsExactly(hosts.getLast().address);
        assertThat(result(dhts.getLast().closest(new byte[] {1}))).hasSize(HOSTS - 1);
    }

    @Test
    void whatOneProvidesAnotherFindsWithItsAddresses() {
        assertThat(result(dhts.get(1).provide(CONTENT))).isEqualTo(HOSTS - 2);
        assertThat(result(dhts.getLast().findProviders(CONTENT, 1))).containsExactly(hosts.get(1).id);
        assertThat(hosts.getLast().swarm.addressBook().addresses(hosts.get(1).id))
                .contains(hosts.get(1).address);
    }

    @Test
    void whatOnePutsAnotherGets() {
        byte[] name = "/pk/".getBytes(StandardCharsets.US_ASCII);
        byte[] id = hosts.get(1).id.bytes();
        byte[] key = new byte[name.length + id.length];
        System.arraycopy(name, 0, key, 0, name.length);
        System.arraycopy(id, 0, key, name.length, id.length);
        byte[] value = TestPeers.key(2).publicKey().encoded();

        assertThat(result(dhts.getLast().put(key, value))).isEqualTo(HOSTS - 1);
        assertThat(result(dhts.get(2).get(key, 0)).orElseThrow()).isEqualTo(value);
        assertThatThrownBy(() -> dhts.get(2).put(key, new byte[] {1})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFrameThatIsNoMessageCostsTheStreamAndIsCounted() {
        StringBuilder heard = new StringBuilder();
        hosts.get(1).swarm.open(hosts.getFirst().id, List.of(ID)).thenAccept(stream -> {
            stream.bytes().receive(TestHost.collect(heard));
            stream.bytes().write(new byte[] {1, (byte) 0xff});
        });
        loop.advance(Duration.ofSeconds(2));

        assertThat(heard).hasToString("!");
        assertThat(dhts.getFirst().metrics().malformed()).isEqualTo(1);
    }

    @Test
    void severalRequestsMayFollowEachOtherOnOneStreamButNotForEver() {
        List<Message> answers = new ArrayList<>();
        StringBuilder end = new StringBuilder();
        Message ask = Message.ask(MessageType.FIND_NODE, new Bytes(new byte[] {1}));
        hosts.get(1).swarm.open(hosts.getFirst().id, List.of(ID)).thenAccept(stream -> {
            FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
            frames.receive(new FrameStream.Receiver() {
                @Override
                public void frame(byte[] frame) {
                    answers.add(Codec.decode(frame));
                }

                @Override
                public void end() {}

                @Override
                public void reset() {
                    end.append("reset");
                }
            });
            frames.send(Codec.encode(ask));
            frames.send(Codec.encode(ask));
        });
        loop.advance(Duration.ofSeconds(5));
        assertThat(answers).hasSize(2);
        assertThat(answers.getFirst().closer().getFirst().addresses()).isNotEmpty();

        loop.advance(Duration.ofMillis(KadHandler.MAX_STREAM_MILLIS));
        assertThat(end).hasToString("reset");
    }

    @Test
    void whoDoesNotAnswerFailsInTimeAndOthersAreAskedInstead() {
        hosts.get(2).swarm.handle(ID, KademliaTest::leaveWaiting);
        CompletionStage<List<PeerId>> closest = dhts.get(1).closest(new byte[] {1});
        loop.advance(Duration.ofMillis(Exchange.TIMEOUT_MILLIS + 1_000));

        assertThat(closest.toCompletableFuture()).isCompleted();
        assertThat(result(closest)).hasSize(HOSTS - 3).doesNotContain(hosts.get(2).id);
    }

    private static void leaveWaiting(Stream stream) {
        stream.bytes().receive(TestHost.collect(new StringBuilder()));
    }

    private <T> T result(CompletionStage<T> stage) {
        loop.advance(Duration.ofSeconds(2));
        assertThat(stage.toCompletableFuture()).isCompleted();
        return stage.toCompletableFuture().join();
    }
}
