package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grapevine.libp2p.quic.Collector.End;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.Connection;
import io.netty.channel.epoll.Epoll;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams are the same on the wire, whichever way each side has to its socket. */
class QuicSocketsTest {

    private static final int MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        "EPOLL, EPOLL, /ip4/127.0.0.1/udp/0/quic-v1",
        "EPOLL, EPOLL, /ip6/::1/udp/0/quic-v1",
        "EPOLL, NIO, /ip4/127.0.0.1/udp/0/quic-v1",
        "NIO, EPOLL, /ip4/127.0.0.1/udp/0/quic-v1",
        "NIO, NIO, /ip4/127.0.0.1/udp/0/quic-v1",
        "NIO, NIO, /ip6/::1/udp/0/quic-v1"
    })
    void carryAMebibyteThereAndBack(Sockets dialling, Sockets listening, String address) {
        assumeTrue(
                Epoll.isAvailable() || (dialling.equals(Sockets.NIO) && listening.equals(Sockets.NIO)),
                "Linux alone has epoll");
        try (TestHost alice = new TestHost(QuicSettings.DEFAULT, dialling);
                TestHost bob = new TestHost(QuicSettings.DEFAULT, listening)) {
            Connection connection = alice.dial(bob.listen(address), bob.peerId);
            Collector echoed = alice.open(connection);
            byte[] sent = new byte[MIB];
            new Random(1).nextBytes(sent);

            alice.get(() -> echoed.stream.write(sent));
            alice.run(echoed.stream::closeWrite);

            assertThat(echoed.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
            assertThat(echoed.received()).isEqualTo(sent);
        }
    }
}
