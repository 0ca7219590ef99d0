package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.quic.Collector.End;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import dev.grapevine.libp2p.tls.TestCertificates;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuicTransportTest {

    private static final QuicSettings HASTY =
            new QuicSettings(Duration.ofMillis(600), Duration.ofMillis(400), ResourceLimits.Handshakes.defaults());

    private final TestHost alice = new TestHost();
    private final TestHost bob = new TestHost();

    @AfterEach
    void close() {
        alice.close();
        bob.close();
    }

    @Test
    void provesBothPeersToEachOther() throws Exception {
        Multiaddr address = bob.listen();

        Connection dialled = alice.dial(address, bob.peerId);
        Connection accepted = bob.nextAccepted();

        assertThat(dialled.peer()).isEqualTo(bob.peerId);
        assertThat(dialled.dialled()).isTrue();
        assertThat(dialled.remoteAddress()).isEqualTo(address);
        assertThat(accepted.peer()).isEqualTo(alice.peerId);
        assertThat(accepted.dialled()).isFalse();
        assertThat(accepted.localAddress()).isEqualTo(address);
    }

    @Test
    void acceptsWhoeverAnswersWhereNobodyIsExpected() {
        assertThat(alice.dial(bob.listen(), null).peer()).isEqualTo(bob.peerId);
    }

    @Test
    void refusesAnotherPeerThanTheOneExpectedAndNamesBoth() {
        Multiaddr address = bob.listen();

        Throwable failure = alice.dialFails(address, alice.peerId);

        assertThat(failure)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(address.toString())
                .hasMessageContaining("expected the peer " + alice.peerId)
                .hasMessageContaining(bob.peerId + " answered");
        await().atMost(TestHost.PATIENCE).until(() -> alice.connectionCount() + bob.connectionCount() == 0);
        assertThat(bob.accepted).isEmpty();
    }

    @Test
    void saysThatNobodyAnswered() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                TestHost hasty = new TestHost(HASTY)) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1");

            assertThat(hasty.dialFails(address, bob.peerId))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(address.toString())
                    .hasMessageContaining("nobody answered within 400 ms");
            assertThat(hasty.connectionCount()).isZero();
        }
    }

    @Test
    void refusesAListenerWhoseCertificateLacksTheExtension() throws Exception {
        try (TestHost mallory = new TestHost(new TestCertificates().make())) {
            assertThat(alice.dialFails(mallory.listen(), null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the handshake failed: certificate has no extensions");
            assertThat(mallory.accepted).isEmpty();
        }
    }

    @Test
    void neverHandsOverADiallerWhoseCertificateLacksTheExtension() throws Exception {
        Multiaddr address = bob.listen();
        try (TestHost mallory = new TestHost(new TestCertificates().make())) {
            // a client believes itself connected until the server's refusal arrives (specification tls)
            mallory.start(() -> mallory.transport.dial(address, bob.peerId).thenCompose(Connection::closed))
                    .handle((closed, failure) -> null)
                    .get(20, TimeUnit.SECONDS);

            await().atMost(TestHost.PATIENCE).until(() -> bob.connectionCount() == 0);
            assertThat(bob.accepted).isEmpty();
        }
    }

    @Test
    void takesAPeerWhoseCertificateIsLikeThatOfJs() throws Exception {
        PrivateKey key = PrivateKey.generate(new SecureRandom());
        try (TestHost js =
                new TestHost(new TestCertificates().libp2p(key, false).make())) {
            assertThat(alice.dial(js.listen(), null).peer().publicKey()).contains(key.publicKey());
        }
    }

    @Test
    void listensAndDialsOnOneSocketAndDialsBothWaysAtOnce() throws Exception {
        Multiaddr atAlice = alice.listen();
        Multiaddr atBob = bob.listen();

        CompletableFuture<Connection> toBob = alice.start(() -> alice.transport.dial(atBob, bob.peerId));
        CompletableFuture<Connection> toAlice = bob.start(() -> bob.transport.dial(atAlice, alice.peerId));

        assertThat(toBob.get(20, TimeUnit.SECONDS).localAddress()).isEqualTo(atAlice);
        assertThat(toAlice.get(20, TimeUnit.SECONDS).localAddress()).isEqualTo(atBob);
        assertThat(alice.nextAccepted().remoteAddress()).isEqualTo(atBob);
        assertThat(bob.nextAccepted().remoteAddress()).isEqualTo(atAlice);
        assertEchoes(alice, toBob.join());
        assertEchoes(bob, toAlice.join());
    }

    private static void assertEchoes(TestHost host, Connection connection) {
        Collector echo = host.open(connection);
        host.get(() -> echo.stream.write(new byte[] {1, 2}));
        await().atMost(TestHost.PATIENCE).until(() -> echo.size() == 2);
    }

    @Test
    void dialsAgainAndAgainFromOneSocketWhereItDoesNotListen() throws Exception {
        Multiaddr address = bob.listen();

        assertThat(alice.dial(address, bob.peerId).localAddress())
                .isEqualTo(alice.dial(address, bob.peerId).localAddress());
        assertThat(bob.nextAccepted().remoteAddress())
                .isEqualTo(bob.nextAccepted().remoteAddress());
    }

    @Test
    void worksOverIp6() throws Exception {
        assumeThat(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")))
                .as("this machine has ::1")
                .isNotNull();
        Multiaddr address = bob.listen("/ip6/::1/udp/0/quic-v1");

        Connection connection = alice.dial(address, bob.peerId);

        assertThat(connection.remoteAddress()).isEqualTo(address);
        assertEchoes(alice, connection);
    }

    @Test
    void namesTheAddressWhereItCannotListen() {
        Multiaddr taken = bob.listen();

        assertThat(alice.failure(() -> alice.transport.listen(taken, connection -> {})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(taken.toString());
        assertThat(alice.failure(() -> alice.transport.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"), any -> {})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not an address of QUIC");
    }

    @Test
    void tellsThePeerThatItCloses() throws Exception {
        Connection dialled = alice.dial(bob.listen(), bob.peerId);
        Connection accepted = bob.nextAccepted();
        Collector stream = alice.open(dialled);
        alice.get(() -> stream.stream.write(new byte[] {1}));

        alice.run(dialled::close);

        alice.awaitClosed(dialled);
        bob.awaitClosed(accepted); // well before the idle timeout of 30 s
        assertThat(stream.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.RESET);
        assertThat(alice.failure(dialled::openStream)).isInstanceOf(IOException.class);
    }

    @Test
    void closesEverythingAtOnceAndDialsNoMore() throws Exception {
        Multiaddr address = bob.listen();
        Connection dialled = alice.dial(address, bob.peerId);
        bob.nextAccepted();

        bob.get(bob.transport::close);

        alice.awaitClosed(dialled);
        assertThat(bob.connectionCount()).isZero();
        assertThat(bob.dialFails(address, null)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void noticesAPeerThatWasKilledByItsSilence() throws Exception {
        try (TestHost hasty = new TestHost(HASTY);
                TestHost victim = new TestHost()) {
            Connection dialled = hasty.dial(victim.listen(), victim.peerId);
            Collector stream = hasty.open(dialled);

            victim.vanish();

            hasty.awaitClosed(dialled);
            assertThat(stream.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.RESET);
        }
    }
}
