package dev.grapevine.libp2p.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTransportTest {

    private static final TcpSettings SHORT = settings(Duration.ofMillis(300), 2);

    @ParameterizedTest
    @CsvSource({"T,T", "N,N", "t,T", "T,t", "n,N", "N,n", "TN,N", "N,TN"})
    void twoHostsProveWhoTheyAreAndCarryStreams(String dialler, String listener) throws Exception {
        try (TcpHost alice = new TcpHost(dialler, TcpSettings.DEFAULT);
                TcpHost bob = new TcpHost(listener, TcpSettings.DEFAULT)) {
            Multiaddr address = bob.listen();

            Connection there = alice.dial(address.with(Protocol.P2P, bob.peerId.toString()), bob.peerId);
            Connection here = bob.nextAccepted();

            assertThat(there.peer()).isEqualTo(bob.peerId);
            assertThat(here.peer()).isEqualTo(alice.peerId);
            assertThat(there.dialled()).isTrue();
            assertThat(here.dialled()).isFalse();
            assertThat(there.remoteAddress()).isEqualTo(address);
            assertThat(here.remoteAddress()).isEqualTo(there.localAddress());
            echoes(alice, there, 3 << 20);
        }
    }

    @Test
    void ip6IsAsGood() {
        try (TcpHost alice = new TcpHost();
                TcpHost bob = new TcpHost()) {
            echoes(alice, alice.dial(bob.listen("/ip6/::1/tcp/0"), bob.peerId), 3);
        }
    }

    @Test
    void withoutASecurityInCommonThereIsNoConnection() {
        try (TcpHost alice = new TcpHost("T", TcpSettings.DEFAULT);
                TcpHost bob = new TcpHost("N", TcpSettings.DEFAULT)) {
            Multiaddr address = bob.listen();

            assertThatThrownBy(() -> alice.dial(address, bob.peerId)).hasCauseInstanceOf(IOException.class);
            await().until(() -> alice.socketCount() == 0 && bob.socketCount() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"T", "N"})
    void theWrongPeerIsRefusedByName(String security) {
        try (TcpHost alice = new TcpHost(security, TcpSettings.DEFAULT);
                TcpHost bob = new TcpHost(security, TcpSettings.DEFAULT)) {
            Multiaddr address = bob.listen();

            assertThatThrownBy(() -> alice.dial(address, alice.peerId))
                    .hasMessageContaining("expected the peer " + alice.peerId + ", but " + bob.peerId + " answered");
            await().until(() -> alice.socketCount() == 0 && bob.socketCount() == 0);
            assertThat(bob.accepted).isEmpty();
        }
    }

    @Test
    void whereNobodyListensADialFails() {
        try (TcpHost alice = new TcpHost();
                TcpHost bob = new TcpHost()) {
            Multiaddr address = bob.listen();
            bob.get(bob.transport::close);

            assertThatThrownBy(() -> alice.dial(address, bob.peerId))
                    .hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining(address.toString());
            assertThat(alice.socketCount()).isZero();
        }
    }

    @Test
    void aPortInUseIsSaid() {
        try (TcpHost alice = new TcpHost();
                TcpHost bob = new TcpHost()) {
            String address = bob.listen().toString();

            assertThatThrownBy(() -> alice.listen(address))
                    .hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining(address);
        }
    }

    @Test
    void aConnectionThatIsClosedEndsAtBothEnds() throws Exception {
        try (TcpHost alice = new TcpHost();
                TcpHost bob = new TcpHost()) {
            Connection there = alice.dial(bob.listen(), bob.peerId);
            Connection here = bob.nextAccepted();
            ByteStream stream = alice.get(there::openStream);
            Received received = new Received();
            alice.get(() -> {
                stream.receive(received);
                return stream.write(new byte[1]);
            });

            bob.get(() -> {
                here.close();
                return here.closed();
            });
            alice.get(there::closed);

            assertThat(received.wasReset()).isTrue();
            await().until(() -> alice.socketCount() == 0 && bob.socketCount() == 0);
        }
    }

    @Test
    void whoIsSilentInTheHandshakeIsLeftInTime() throws Exception {
        try (TcpHost bob = new TcpHost(TcpHost.DEFAULT_SECURITY, SHORT);
                Socket mallory = connect(bob.listen())) {
            assertThat(mallory.getInputStream().read()).isEqualTo(-1);
            await().until(() -> bob.socketCount() == 0);
        }
    }

    @Test
    void whoNeverAnswersADialIsLeftInTime() throws Exception {
        try (TcpHost alice = new TcpHost(TcpHost.DEFAULT_SECURITY, SHORT);
                ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + silent.getLocalPort());

            assertThatThrownBy(() -> alice.dial(address, null)).hasMessageContaining("took more than 300 ms");
            await().until(() -> alice.socketCount() == 0);
        }
    }

    @Test
    void noMoreHandshakesAreUnderWayThanAllowed() throws Exception {
        try (TcpHost bob = new TcpHost(TcpHost.DEFAULT_SECURITY, settings(Duration.ofSeconds(10), 2))) {
            Multiaddr address = bob.listen();
            Socket first = connect(address);
            Socket second = connect(address);
            await().until(() -> bob.socketCount() == 2);
            try (Socket third = connect(address)) {
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bob.socketCount()).isEqualTo(2);
            assertThat(bob.transport.refused()).containsExactly(Map.entry(Refusal.HANDSHAKE_LIMIT, 1L));
            first.close();
            await().until(() -> bob.socketCount() == 1);
            try (TcpHost alice = new TcpHost()) {
                echoes(alice, alice.dial(address, bob.peerId), 3);
            }
            second.close();
        }
    }

    @Test
    void bearsBytesOfAnyContentAtAnyStepOfTheHandshake() throws Exception {
        String[] steps = {
            "", "\23/multistream/1.0.0\n", "\23/multistream/1.0.0\n\7/noise\n", "\23/multistream/1.0.0\n\13/tls/1.0.0\n"
        };
        TcpSettings patient = settings(Duration.ofSeconds(15), 256);
        try (TcpHost alice = new TcpHost(TcpHost.DEFAULT_SECURITY, patient);
                TcpHost bob = new TcpHost(TcpHost.DEFAULT_SECURITY, patient)) {
            Multiaddr address = bob.listen();
            Connection before = alice.dial(address, bob.peerId);
            Random random = new Random(42);
            for (int i = 0; i < 100; i++) {
                try (Socket mallory = connect(address)) {
                    mallory.getOutputStream().write(steps[i % steps.length].getBytes(UTF_8));
                    byte[] bytes = new byte[random.nextInt(2000)];
                    random.nextBytes(bytes);
                    mallory.getOutputStream().write(bytes);
                } catch (IOException e) {
                    // it was thrown out before it had said all
                }
            }
            echoes(alice, before, 3);
            echoes(alice, alice.dial(address, bob.peerId), 3);
            await().until(() -> bob.socketCount() == 2);
        }
    }

    private static TcpSettings settings(Duration timeout, int maxHandshakes) {
        return new TcpSettings(timeout, new ResourceLimits.Handshakes(32, maxHandshakes, 64, 8));
    }

    private static Socket connect(Multiaddr address) throws IOException {
        return new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(address.value(Protocol.TCP).orElseThrow()));
    }

    private static void echoes(TcpHost host, Connection connection, int bytes) {
        byte[] sent = new byte[bytes];
        new Random(7).nextBytes(sent);
        Received received = new Received();
        ByteStream stream = host.get(connection::openStream);
        host.get(() -> {
            stream.receive(received);
            return stream.write(sent).thenRun(stream::closeWrite);
        });
        await().until(received::ended);
        assertThat(received.bytes()).isEqualTo(sent);
    }
}
