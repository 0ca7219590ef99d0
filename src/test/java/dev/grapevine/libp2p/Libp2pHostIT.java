package dev.grapevine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.SwarmConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that reach each other by QUIC over real sockets. */
class Libp2pHostIT {

    /** QUIC gives a dead connection up after 30 s. */
    private static final Duration WELL_BEFORE_THE_DEAD_CONNECTION_TIMES_OUT = Duration.ofSeconds(15);

    private static final Multiaddr ANY_PORT = Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1");
    private static final int SIMULTANEOUS_DIALS = 50;
    private static final int PAIRS_AT_ONCE = 10;

    private final SecureRandom random = new SecureRandom();
    private final List<Libp2pHost> hosts = new ArrayList<>();

    @AfterEach
    void closeHosts() {
        hosts.forEach(host ->
                host.close().toCompletableFuture().orTimeout(10, SECONDS).join());
    }

    @Test
    void twoHostsConnectIdentifyEachOtherAndPing() {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/2");

        a.keepConnected(TestHosts.address(b));

        eventually(() -> knows(a, b) && knows(b, a));
        PeerInfo seen = a.peers().getFirst();
        assertThat(seen.peerId()).isEqualTo(b.peerId());
        assertThat(seen.agentVersion()).isEqualTo("b/2");
        assertThat(seen.dialled()).isTrue();
        assertThat(seen.protocols())
                .contains("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0")
                .contains("/libp2p/autonat/2/dial-request", "/libp2p/autonat/2/dial-back");
        assertThat(seen.rtt().orElseThrow()).isPositive().isLessThan(Duration.ofSeconds(5));
        assertThat(b.peers().getFirst().dialled()).isFalse();
    }

    @Test
    void aProtocolAddedLaterIsPushed() {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/2");
        a.keepConnected(TestHosts.address(b));
        eventually(() -> knows(a, b));

        b.handle("/late/1", stream -> stream.bytes().reset());

        eventually(() -> a.peers().getFirst().protocols().contains("/late/1"));
    }

    @Test
    void peersThatDialEachOtherAtOnceAreJoinedByTheSameConnectionsOneOrTwo() throws IOException {
        for (int round = 0; round < SIMULTANEOUS_DIALS / PAIRS_AT_ONCE; round++) {
            List<Libp2pHost> left = new ArrayList<>();
            List<Libp2pHost> right = new ArrayList<>();
            for (int i = 0; i < PAIRS_AT_ONCE; i++) {
                left.add(start("a/1"));
                right.add(start("b/2"));
            }
            for (int i = 0; i < PAIRS_AT_ONCE; i++) {
                left.get(i).keepConnected(TestHosts.address(right.get(i)));
                right.get(i).keepConnected(TestHosts.address(left.get(i)));
            }
            for (int i = 0; i < PAIRS_AT_ONCE; i++) {
                Libp2pHost a = left.get(i);
                Libp2pHost b = right.get(i);
                eventually(() -> knows(a, b) && knows(b, a) && haveTheSameConnections(a, b));
                join(a.open(b.peerId(), List.of("/ipfs/id/1.0.0"))).bytes().reset();
                join(b.open(a.peerId(), List.of("/ipfs/id/1.0.0"))).bytes().reset();
            }
            closeHosts();
        }
    }

    @Test
    void aPeerThatRestartsAtItsAddressIsReachedAgain() {
        PrivateKey key = PrivateKey.generate(random);
        Libp2pHost a = start("a/1");
        Libp2pHost b = start(key, ANY_PORT, "b/2", SwarmConfig.defaults());
        Multiaddr address = b.listenAddresses().getFirst();
        a.keepConnected(address);
        eventually(() -> knows(a, b));

        close(b);
        eventually(() -> a.peers().isEmpty());
        Libp2pHost again = start(key, address, "b/3", SwarmConfig.defaults());

        eventually(() -> knows(a, again));
        assertThat(a.peers().getFirst().agentVersion()).isEqualTo("b/3");
    }

    @Test
    void aPeerIsReachedByTcpWhereNoUdpGetsThrough() throws IOException {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start(
                PrivateKey.generate(random), Multiaddr.parse("/ip4/127.0.0.1/tcp/0"), "b/2", SwarmConfig.defaults());
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Multiaddr quic = Multiaddr.parse("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1");

            a.keepConnected(quic.with(Protocol.P2P, b.peerId().toString()));
            a.keepConnected(TestHosts.address(b));

            eventually(() -> knows(a, b) && knows(b, a));
            assertThat(a.peers().getFirst().address())
                    .isEqualTo(b.listenAddresses().getFirst());
        }
    }

    @Test
    void aKilledPeerThatComesBackAtAnotherPortIsReachedThereSoonAndItsDeadConnectionEnds() {
        PrivateKey key = PrivateKey.generate(random);
        Libp2pHost a = start("a/1");
        AtomicInteger heardByA = hear(a, "news");
        Libp2pHost b = start(key, ANY_PORT, "b/2", SwarmConfig.defaults());
        hear(b, "news");
        a.keepConnected(TestHosts.address(b));
        eventually(() -> knows(a, b) && knows(b, a) && publish(a, "news") == 1);

        kill(b);
        Libp2pHost again = start(key, ANY_PORT, "b/3", SwarmConfig.defaults());
        AtomicInteger heardAgain = hear(again, "news");
        again.keepConnected(TestHosts.address(a));

        await().atMost(WELL_BEFORE_THE_DEAD_CONNECTION_TIMES_OUT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> publish(a, "news") + publish(again, "news") == 2
                        && heardByA.get() > 0
                        && heardAgain.get() > 0
                        && a.peers().getFirst().agentVersion().equals("b/3")
                        && a.counters().connections() == 1);
    }

    @Test
    void theStreamAboveTheLimitOfAConnectionIsRefusedAndTheConnectionLivesOn() {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/2");
        SwarmConfig d = SwarmConfig.defaults();
        List<String> protocols = new ArrayList<>();
        for (int i = 0; i * d.limits().maxInboundStreamsPerProtocol() < 256; i++) {
            protocols.add("/hold/" + i);
            b.handle("/hold/" + i, stream -> stream.bytes().receive(new Ignore()));
        }
        a.keepConnected(TestHosts.address(b));
        eventually(() -> knows(a, b) && a.peers().getFirst().protocols().containsAll(protocols));

        List<Stream> open = new ArrayList<>();
        IOException refused = null;
        for (int i = 0; i < 257 && refused == null; i++) {
            try {
                open.add(join(a.open(b.peerId(), List.of(protocols.get(i % protocols.size())))));
            } catch (IOException e) {
                refused = e;
            }
        }

        assertThat(refused).isNotNull();
        assertThat(open).hasSizeBetween(250, 256);
        a.eventLoop().execute(() -> open.forEach(stream -> stream.bytes().reset()));
        eventually(() -> succeeds(() -> join(a.open(b.peerId(), protocols)).bytes()));
        assertThat(a.counters().connections()).isEqualTo(1);
    }

    @Test
    void theConnectionAboveTheLimitIsRefused() {
        SwarmConfig d = SwarmConfig.defaults();
        Libp2pHost full = start(
                PrivateKey.generate(random),
                ANY_PORT,
                "full/1",
                d.withLimits(d.limits().withMaxConnections(2)));
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/1");
        a.keepConnected(TestHosts.address(full));
        b.keepConnected(TestHosts.address(full));
        eventually(() -> knows(full, a) && knows(full, b));

        Libp2pHost c = start("c/1");
        c.keepConnected(TestHosts.address(full));

        eventually(() -> full.counters().refused(Refusal.CONNECTION_LIMIT) > 0);
        assertThat(full.counters().connections()).isEqualTo(2);
        close(a);
        eventually(() -> knows(full, c));
    }

    @Test
    void aPeerThatSpeaksGarbageHarmsNobody() {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/1");
        a.keepConnected(TestHosts.address(b));
        eventually(() -> knows(a, b));
        AtomicInteger opened = new AtomicInteger();
        for (String protocol : List.of("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0", "/meshsub/1.1.0")) {
            for (int i = 0; i < 50; i++) {
                byte[] garbage = new byte[random.nextInt(3_000) + 1];
                random.nextBytes(garbage);
                a.open(b.peerId(), List.of(protocol)).whenComplete((stream, failure) -> {
                    opened.incrementAndGet();
                    if (stream != null) {
                        stream.bytes().write(garbage);
                        stream.bytes().receive(new Ignore());
                        stream.bytes().closeWrite();
                    }
                });
            }
        }
        eventually(() -> opened.get() == 200);

        Libp2pHost c = start("c/1");
        c.keepConnected(TestHosts.address(b));
        eventually(() -> knows(c, b) && knows(b, c));
    }

    @Test
    void aHostThatCannotListenSaysWhereAndLeavesNothingBehind() {
        Libp2pHost a = start("a/1");
        Multiaddr taken = a.listenAddresses().getFirst();

        CompletableFuture<Libp2pHost> second = Libp2pHost.start(
                        config(PrivateKey.generate(random), taken, "b/1", SwarmConfig.defaults()))
                .toCompletableFuture();

        assertThat(second)
                .failsWithin(10, SECONDS)
                .withThrowableThat()
                .havingRootCause()
                .withMessageContaining("Address already in use");
    }

    @Test
    void aClosedHostAnswersWithFailureInsteadOfHanging() {
        Libp2pHost a = start("a/1");
        Libp2pHost b = start("b/1");
        a.keepConnected(TestHosts.address(b));
        eventually(() -> knows(a, b));

        close(a);

        eventually(() -> b.peers().isEmpty());
        assertThat(a.open(b.peerId(), List.of("/x/1")).toCompletableFuture()).failsWithin(5, SECONDS);
        a.keepConnected(TestHosts.address(b));
    }

    private Libp2pHost start(String agent) {
        return start(PrivateKey.generate(random), ANY_PORT, agent, SwarmConfig.defaults());
    }

    private Libp2pHost start(PrivateKey key, Multiaddr listen, String agent, SwarmConfig swarm) {
        Libp2pHost host = Libp2pHost.start(config(key, listen, agent, swarm))
                .toCompletableFuture()
                .orTimeout(10, SECONDS)
                .join();
        hosts.add(host);
        return host;
    }

    private HostConfig config(PrivateKey key, Multiaddr listen, String agent, SwarmConfig swarm) {
        return new HostConfig(
                key,
                List.of(listen),
                agent,
                swarm,
                GossipsubConfig.defaults(),
                Discovery.NONE,
                InstantSource.system(),
                random);
    }

    /** Ends the event loop and with it the socket, so that its peers hear nothing more. */
    private void kill(Libp2pHost host) {
        hosts.remove(host);
        ((EventLoop) host.eventLoop()).shutdownGracefully(0, 0, SECONDS).syncUninterruptibly();
    }

    /** @return how many messages of the topic have come */
    private static AtomicInteger hear(Libp2pHost host, String topic) {
        AtomicInteger heard = new AtomicInteger();
        host.gossipsub().subscribe(topic, message -> {
            heard.incrementAndGet();
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        return heard;
    }

    /** @return how many peers it went to */
    private static int publish(Libp2pHost host, String topic) {
        return host.gossipsub()
                .publish(topic, new byte[] {1})
                .toCompletableFuture()
                .orTimeout(10, SECONDS)
                .join();
    }

    private void close(Libp2pHost host) {
        hosts.remove(host);
        host.close().toCompletableFuture().orTimeout(10, SECONDS).join();
    }

    /** Whether the one sees the other, identified and pinged. */
    private static boolean knows(Libp2pHost one, Libp2pHost other) {
        return one.peers().stream()
                .anyMatch(peer -> peer.peerId().equals(other.peerId())
                        && !peer.agentVersion().isEmpty()
                        && peer.rtt().isPresent());
    }

    /** Whether neither has ended one of those that the other still has; two, where each dialled before the other was there. */
    private static boolean haveTheSameConnections(Libp2pHost a, Libp2pHost b) {
        int connections = a.counters().connections();
        return connections == b.counters().connections() && connections >= 1 && connections <= 2;
    }

    private static void eventually(BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }

    private interface Attempt {
        Object run() throws IOException;
    }

    private static boolean succeeds(Attempt attempt) {
        try {
            return attempt.run() != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static Stream join(java.util.concurrent.CompletionStage<Stream> stage) throws IOException {
        try {
            return stage.toCompletableFuture().orTimeout(15, SECONDS).join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e);
        }
    }

    private static final class Ignore implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {}

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }
}
