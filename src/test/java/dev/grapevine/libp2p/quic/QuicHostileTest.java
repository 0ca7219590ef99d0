package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What arrives at a socket that anybody can send to. */
class QuicHostileTest {

    private static final int MAX_DATAGRAM_BYTES = 1500;

    @Test
    void bearsDatagramsOfAnyContent() throws Exception {
        try (TestHost alice = new TestHost();
                TestHost bob = new TestHost();
                DatagramSocket mallory = new DatagramSocket()) {
            Multiaddr address = bob.listen();
            Connection before = alice.dial(address, bob.peerId);
            Random random = new Random(42);
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = new byte[random.nextInt(1472)];
                random.nextBytes(bytes);
                send(mallory, bytes, address);
            }

            echoes(alice, before);
            echoes(alice, alice.dial(address, bob.peerId));
        }
    }

    @Test
    void boundsUnfinishedHandshakesAndStillTakesThoseWhoCanReceive() throws Exception {
        int retryFrom = 4;
        QuicSettings settings =
                new QuicSettings(Duration.ofSeconds(30), Duration.ofSeconds(15), handshakes(retryFrom, retryFrom + 1));
        try (TestHost alice = new TestHost();
                TestHost bob = new TestHost(settings);
                DatagramSocket mallory = new DatagramSocket()) {
            Multiaddr address = bob.listen();
            for (int i = 0; i < 3 * retryFrom; i++) {
                send(mallory, firstPacket(alice), address);
            }
            await().atMost(TestHost.PATIENCE).until(() -> bob.connectionCount() == retryFrom);

            echoes(alice, alice.dial(address, bob.peerId));

            assertThat(bob.connectionCount()).isEqualTo(retryFrom + 1);
        }
    }

    @Test
    void answersNobodyBeyondTheLimitOfHandshakes() throws Exception {
        QuicSettings settings = new QuicSettings(Duration.ofSeconds(30), Duration.ofSeconds(1), handshakes(1, 1));
        try (TestHost alice = new TestHost(settings);
                TestHost bob = new TestHost(settings);
                DatagramSocket mallory = new DatagramSocket()) {
            Multiaddr address = bob.listen();
            send(mallory, firstPacket(alice), address);
            await().atMost(TestHost.PATIENCE).until(() -> bob.connectionCount() == 1);

            assertThat(alice.dialFails(address, bob.peerId)).isInstanceOf(IOException.class);

            await().atMost(TestHost.PATIENCE).until(() -> bob.connectionCount() == 0); // the deadline of handshakes
            echoes(alice, alice.dial(address, bob.peerId));
        }
    }

    @Test
    void connectsThroughARetryEachTimeWhereSoConfigured() throws Exception {
        QuicSettings settings = new QuicSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), handshakes(0, 16));
        try (TestHost alice = new TestHost();
                TestHost bob = new TestHost(settings)) {
            Multiaddr address = bob.listen();

            echoes(alice, alice.dial(address, bob.peerId));
            echoes(alice, alice.dial(address, bob.peerId));
        }
    }

    private static void echoes(TestHost host, Connection connection) {
        Collector stream = host.open(connection);
        host.get(() -> stream.stream.write(new byte[] {1, 2, 3}));
        await().atMost(TestHost.PATIENCE).until(() -> stream.size() == 3);
    }

    /** The first packet of a handshake that will never go on. */
    private static byte[] firstPacket(TestHost dialler) throws IOException {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1");
            dialler.run(() -> dialler.transport.dial(address, null));
            DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
            silent.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }
    }

    private static void send(DatagramSocket from, byte[] bytes, Multiaddr to) throws IOException {
        int port = Integer.parseInt(to.value(Protocol.UDP).orElseThrow());
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    }

    private static ResourceLimits.Handshakes handshakes(int proofFrom, int max) {
        return new ResourceLimits.Handshakes(proofFrom, max, 1_000, 1_000);
    }
}
