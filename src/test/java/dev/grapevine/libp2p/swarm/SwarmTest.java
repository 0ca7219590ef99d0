package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

/** What users of a swarm see of it, over a network in memory. */
class SwarmTest {

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final SwarmConfig CONFIG = SwarmConfig.defaults();

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final Host a = new Host(1, CONFIG);
    private final Host b = new Host(2, CONFIG);

    @Test
    void aStreamCarriesBytesBothWaysOnceItsProtocolIsAgreedOn() {
        b.swarm.handle("/echo/1", SwarmTest::echo);
        a.connect(b);

        CompletableFuture<Stream> opened = a.open(b, "/echo/2", "/echo/1");
        loop.advance(MOMENT);
        Stream stream = opened.join();
        StringBuilder answer = new StringBuilder();
        stream.bytes().receive(collect(answer));
        stream.bytes().write(new byte[] {'h', 'i'});
        loop.advance(MOMENT);

        assertThat(stream.protocol()).isEqualTo("/echo/1");
        assertThat(stream.peer()).isEqualTo(b.id);
        assertThat(answer).hasToString("hi");
    }

    @Test
    void openingFailsWhereThePeerIsUnknownOrSpeaksAnotherProtocolOrDoesNotAnswer() {
        assertFails(a.open(b, "/echo/1")).withMessageContaining("not connected");
        a.connect(b);

        assertFails(a.open(b, "/echo/1")).withMessageContaining("speaks none of");

        b.transport.crash();
        CompletableFuture<Stream> unanswered = a.open(b, "/echo/1");
        loop.advance(Duration.ofMillis(CONFIG.negotiationMillis() - 1));
        assertThat(unanswered).isNotDone();
        loop.advance(Duration.ofMillis(1));
        assertFails(unanswered).withMessageContaining("has not answered");
    }

    @Test
    void listenersHearOfPeersOnceAndLateListenersCatchUp() {
        List<String> heard = new ArrayList<>();
        a.swarm.addListener(listener("early", heard));
        a.connect(b);
        a.swarm.learn(b.id, Set.of("/x/1"));
        a.swarm.learn(b.id, Set.of("/x/1"));
        a.swarm.addListener(listener("late", heard));
        b.close();
        loop.advance(MOMENT);

        assertThat(heard)
                .containsExactly(
                        "early connected", "early [/x/1]", "late connected", "late [/x/1]", "early gone", "late gone");
    }

    @Test
    void peersThatDialEachOtherAtOnceHaveTwoConnectionsThatCarryStreams() {
        b.swarm.handle("/echo/1", SwarmTest::echo);
        a.swarm.keepConnected(b.address);
        b.swarm.keepConnected(a.address);
        List<String> heard = new ArrayList<>();
        List<Connection> connections = new ArrayList<>();
        a.swarm.addListener(listener("a", heard));
        a.swarm.addConnectionListener(connections::add);
        loop.advance(Duration.ofSeconds(60));

        assertThat(a.swarm.counters().connections()).isEqualTo(2);
        assertThat(b.swarm.counters().connections()).isEqualTo(2);
        assertThat(heard).containsExactly("a connected");
        assertThat(a.swarm.connection(b.id)).contains(connections.getLast());
        assertThat(connections).extracting(Connection::dialled).containsExactlyInAnyOrder(true, false);
        for (Connection connection : connections) {
            CompletableFuture<Stream> opened =
                    a.swarm.open(connection, List.of("/echo/1")).toCompletableFuture();
            loop.advance(MOMENT);
            assertThat(opened).isCompleted();
        }
    }

    @Test
    void aPeerThatStartsLateOrComesBackIsReached() {
        b.close();
        a.swarm.keepConnected(b.address.with(Protocol.P2P, b.id.toString()));
        loop.advance(Duration.ofMinutes(10));
        assertThat(a.swarm.peers()).isEmpty();

        Host again = new Host(2, CONFIG);
        loop.advance(Duration.ofMillis(CONFIG.maxBackOffMillis() + 100));
        assertThat(a.swarm.peers()).containsExactly(b.id);

        again.close();
        loop.advance(MOMENT);
        assertThat(a.swarm.peers()).isEmpty();
        new Host(2, CONFIG);
        loop.advance(Duration.ofSeconds(2));
        assertThat(a.swarm.peers()).containsExactly(b.id);
    }

    @Test
    void aPeerThatCrashedAndDialsAgainIsReachedByItsNewConnectionAndDialledNoMore() {
        List<String> heard = new ArrayList<>();
        a.swarm.addListener(listener("b", heard));
        a.connect(b);
        b.transport.crash();
        Host again = new Host(2, CONFIG);
        again.swarm.handle("/echo/1", SwarmTest::echo);

        again.connect(a);

        assertThat(heard).containsExactly("b connected");
        CompletableFuture<Stream> opened = a.open(again, "/echo/1");
        loop.advance(MOMENT);
        assertThat(opened).isCompleted();
        loop.advance(Duration.ofMinutes(1));
        assertThat(network.dialled()).containsExactly(b.address, a.address);
    }

    @Test
    void triesEveryAddressOfAPeerAndResolvesItsNameEachTime() throws UnknownHostException {
        Multiaddr dead = Multiaddr.parse("/ip4/10.0.0.77/udp/4001/quic-v1");
        Multiaddr silent = Multiaddr.parse("/ip4/10.0.0.78/udp/4001/quic-v1");
        network.silence(silent);
        Multiaddr named = Multiaddr.parse("/dns4/b.example/udp/4001/quic-v1");
        for (Multiaddr address : List.of(dead, silent, named)) {
            a.swarm.keepConnected(address.with(Protocol.P2P, b.id.toString()));
        }
        loop.advance(Duration.ofSeconds(20));
        assertThat(a.swarm.peers()).isEmpty();

        names.put("b.example", List.of(InetAddress.getByName("fd00::2"), InetAddress.getByName("10.0.0.2")));
        loop.advance(Duration.ofSeconds(40));

        assertThat(a.swarm.peers()).containsExactly(b.id);
        assertThat(network.dialled()).contains(dead, silent, b.address);
    }

    @Test
    void triesOnlyTheFirstAddressesOfANameThatHasVeryMany() throws UnknownHostException {
        List<InetAddress> many = new ArrayList<>();
        for (int i = 0; i <= AddressLookup.MAX_ADDRESSES_PER_NAME; i++) {
            many.add(InetAddress.getByName("10.0.1." + i));
        }
        names.put("many.example", many);
        a.swarm.keepConnected(Multiaddr.parse("/dns4/many.example/udp/4001/quic-v1"));
        loop.advance(Duration.ofMillis(CONFIG.firstBackOffMillis() / 2 - 1));

        assertThat(network.dialled()).hasSize(AddressLookup.MAX_ADDRESSES_PER_NAME);
    }

    @Test
    void anAddressThatIsThisHostIsDialledOnce() throws UnknownHostException {
        a.swarm.keepConnected(a.address);
        loop.advance(Duration.ofMinutes(5));
        a.swarm.keepConnected(a.address);
        loop.advance(Duration.ofMinutes(5));

        assertThat(network.dialled()).containsExactly(a.address);
        assertThat(a.swarm.counters().connections()).isZero();
    }

    @Test
    void aNameOfSeveralHostsLeadsPastThisOne() throws UnknownHostException {
        names.put("all.example", List.of(InetAddress.getByName("10.0.0.1"), InetAddress.getByName("10.0.0.2")));
        a.swarm.keepConnected(Multiaddr.parse("/dns/all.example/udp/4001/quic-v1"));
        loop.advance(MOMENT);

        assertThat(a.swarm.peers()).containsExactly(b.id);
    }

    @Test
    void refusesTheConnectionAboveTheLimitAndCountsIt() {
        Host small = new Host(3, CONFIG.withLimits(CONFIG.limits().withMaxConnections(1)));
        a.connect(small);
        b.connect(small);
        loop.advance(MOMENT);

        assertThat(small.swarm.peers()).containsExactly(a.id);
        assertThat(small.swarm.counters().refused(Refusal.CONNECTION_LIMIT)).isPositive();
        assertThat(b.swarm.peers()).isEmpty();
    }

    @Test
    void resetsTheInboundStreamAboveTheLimitOfItsProtocolUntilOneIsOver() {
        List<Stream> held = new ArrayList<>();
        b.swarm.handle("/hold/1", held::add);
        a.connect(b);
        List<Stream> open = new ArrayList<>();
        for (int i = 0; i < CONFIG.limits().maxInboundStreamsPerProtocol(); i++) {
            CompletableFuture<Stream> opened = a.open(b, "/hold/1");
            loop.advance(MOMENT);
            open.add(opened.join());
        }

        assertFails(a.open(b, "/hold/1")).withMessageContaining("reset");
        assertThat(held).hasSize(CONFIG.limits().maxInboundStreamsPerProtocol());
        assertThat(b.swarm.counters().refused(Refusal.STREAM_LIMIT)).isEqualTo(1);

        open.getFirst().bytes().reset();
        held.getFirst().bytes().receive(collect(new StringBuilder()));
        a.swarm.open(b.id, List.of("/hold/1"));
        loop.advance(MOMENT);
        assertThat(held).hasSize(CONFIG.limits().maxInboundStreamsPerProtocol() + 1);
    }

    @Test
    void resetsStreamsThatProposeNothingAndHoldsOnlySoManyOfThem() {
        a.connect(b);
        Connection raw = a.swarm.connection(b.id).orElseThrow();
        List<StringBuilder> ends = new ArrayList<>();
        for (int i = 0; i <= CONFIG.limits().maxPendingNegotiations(); i++) {
            StringBuilder end = new StringBuilder();
            ends.add(end);
            raw.openStream().thenAccept(stream -> stream.receive(collect(end)));
        }
        loop.advance(MOMENT);
        assertThat(b.swarm.counters().refused(Refusal.STREAM_LIMIT)).isEqualTo(1);
        assertThat(ends.getLast()).hasToString("!");
        assertThat(ends.getFirst()).isEmpty();

        loop.advance(Duration.ofMillis(CONFIG.negotiationMillis()));
        assertThat(ends).allSatisfy(end -> assertThat(end).hasToString("!"));
        assertThat(b.swarm.counters().refused(Refusal.NEGOTIATION))
                .isEqualTo(CONFIG.limits().maxPendingNegotiations());
    }

    @Test
    void aConnectionThatEndsResolvesEverythingUnderWay() {
        List<Stream> inbound = new ArrayList<>();
        b.swarm.handle("/hold/1", inbound::add);
        a.connect(b);
        CompletableFuture<Stream> opened = a.open(b, "/hold/1");
        loop.advance(MOMENT);
        StringBuilder end = new StringBuilder();
        opened.join().bytes().receive(collect(end));
        var inWindow =
                opened.join().bytes().write(new byte[MemoryStream.WINDOW_BYTES]).toCompletableFuture();
        var stuck = opened.join().bytes().write(new byte[1]).toCompletableFuture();
        loop.advance(MOMENT);
        assertThat(stuck).isNotDone();

        CompletableFuture<Stream> opening = a.open(b, "/hold/1");
        b.close();
        loop.advance(MOMENT);

        assertThat(inWindow).isDone();
        assertThat(stuck).isCompletedExceptionally();
        assertThat(opening).isCompletedExceptionally();
        assertThat(end).hasToString("!");
        assertThat(opened.join().bytes().write(new byte[1]).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void aListenerThatThrowsKeepsNobodyElseFromHearing() {
        List<String> heard = new ArrayList<>();
        a.swarm.addListener(new Swarm.PeerListener() {
            @Override
            public void connected(PeerId peer) {
                throw new IllegalStateException("a bug");
            }
        });
        a.swarm.addListener(listener("a", heard));
        a.connect(b);

        assertThat(heard).containsExactly("a connected");
    }

    @Test
    void aHandlerThatThrowsLosesItsStreamOnly() {
        b.swarm.handle("/bug/1", stream -> {
            throw new IllegalStateException("a bug");
        });
        a.connect(b);

        assertFails(a.open(b, "/bug/1")).withMessageContaining("reset");
        assertThat(a.swarm.peers()).containsExactly(b.id);
    }

    private ThrowableAssertAlternative<?> assertFails(CompletableFuture<?> future) {
        loop.advance(MOMENT);
        return assertThat(future)
                .failsWithin(0, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class);
    }

    private static Swarm.PeerListener listener(String name, List<String> heard) {
        return new Swarm.PeerListener() {
            @Override
            public void connected(PeerId peer) {
                heard.add(name + " connected");
            }

            @Override
            public void protocols(PeerId peer, Set<String> protocolIds) {
                heard.add(name + " " + protocolIds);
            }

            @Override
            public void disconnected(PeerId peer) {
                heard.add(name + " gone");
            }
        };
    }

    private static void echo(Stream stream) {
        stream.bytes().receive(new ByteStream.Receiver() {
            @Override
            public void data(byte[] bytes) {
                stream.bytes().write(bytes);
            }

            @Override
            public void end() {
                stream.bytes().closeWrite();
            }

            @Override
            public void reset() {}
        });
    }

    /** Gathers what arrives, the end as a full stop and a reset as an exclamation mark. */
    private static ByteStream.Receiver collect(StringBuilder text) {
        return new ByteStream.Receiver() {
            @Override
            public void data(byte[] bytes) {
                text.append(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
            }

            @Override
            public void end() {
                text.append('.');
            }

            @Override
            public void reset() {
                text.append('!');
            }
        };
    }

    private final class Host {

        final PeerId id;
        final Multiaddr address;
        final MemoryNetwork.MemoryTransport transport;
        final DefaultSwarm swarm;

        Host(int number, SwarmConfig config) {
            id = TestPeers.id(number);
            address = Multiaddr.parse("/ip4/10.0.0." + number + "/udp/4001/quic-v1");
            transport = network.transport(id);
            swarm = new DefaultSwarm(
                    id, loop, List.of(transport), config, this::resolve, new SplittableRandom(number), loop::nanoTime);
            swarm.listen(address);
        }

        private CompletableFuture<List<InetAddress>> resolve(String name) {
            List<InetAddress> found = names.get(name);
            return found == null
                    ? CompletableFuture.failedFuture(new UnknownHostException(name))
                    : CompletableFuture.completedFuture(found);
        }

        void connect(Host to) {
            swarm.keepConnected(to.address);
            loop.advance(MOMENT);
        }

        CompletableFuture<Stream> open(Host to, String... protocols) {
            return swarm.open(to.id, List.of(protocols)).toCompletableFuture();
        }

        void close() {
            swarm.close();
            loop.run();
        }
    }
}
