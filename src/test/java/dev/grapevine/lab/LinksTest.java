package dev.grapevine.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What passes between two that talk over a link. */
class LinksTest {

    private static final int PATIENCE_MILLIS = 20_000;

    /** As many packets as a socket holds for sure. */
    private static final int BATCH = 50;

    private final Links links = new Links(1);
    private DatagramSocket one;
    private DatagramSocket other;
    private InetSocketAddress toOther;

    @BeforeEach
    void open() throws IOException {
        one = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        one.setSoTimeout(PATIENCE_MILLIS);
        other.setSoTimeout(PATIENCE_MILLIS);
        toOther = new InetSocketAddress(InetAddress.getLoopbackAddress(), links.link(1, 2, other.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        links.close();
        one.close();
        other.close();
    }

    @Test
    void bothWaysPassAndNobodySeesTheOthersOwnPort() throws IOException {
        send(one, toOther, 1);
        DatagramPacket there = receive(other).orElseThrow();
        send(other, (InetSocketAddress) there.getSocketAddress(), 2);
        DatagramPacket back = receive(one).orElseThrow();

        assertThat(there.getPort()).isNotEqualTo(one.getLocalPort());
        assertThat(links.isOne(there.getPort())).isTrue();
        assertThat(back.getSocketAddress()).isEqualTo(toOther);
        assertThat(back.getData()[0]).isEqualTo((byte) 2);
        assertThat(links.isOne(one.getLocalPort())).isFalse();
    }

    @Test
    void whatIsCutDoesNotPassUntilItIsMended() throws IOException {
        links.cut((from, to) -> to == 2);
        send(one, toOther, 1);
        await().until(() -> links.cutOff() == 1);
        links.mend();
        send(one, toOther, 2);

        assertThat(receive(other).orElseThrow().getData()[0]).isEqualTo((byte) 2);
        assertThat(links.carried()).isEqualTo(1);
    }

    @Test
    void aCutMayBeOneWay() throws IOException {
        send(one, toOther, 1);
        InetSocketAddress toOne =
                (InetSocketAddress) receive(other).orElseThrow().getSocketAddress();
        links.cut((from, to) -> to == 1);
        send(other, toOne, 1);
        await().until(() -> links.cutOff() == 1);
        send(one, toOther, 2);

        assertThat(receive(other).orElseThrow().getData()[0]).isEqualTo((byte) 2);
    }

    @Test
    void theShareThatIsLostIsAsItIsSet() throws IOException {
        links.lose(20);
        for (int sent = BATCH; sent <= 1_000; sent += BATCH) {
            for (int i = 0; i < BATCH; i++) {
                send(one, toOther, i);
            }
            int all = sent;
            await().until(() -> links.carried() + links.lost() == all);
        }

        assertThat(links.lost()).isBetween(150L, 250L);
    }

    private static void send(DatagramSocket from, InetSocketAddress to, int content) throws IOException {
        from.send(new DatagramPacket(new byte[] {(byte) content}, 1, to));
    }

    private static Optional<DatagramPacket> receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        try {
            at.receive(packet);
            return Optional.of(packet);
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        }
    }
}
