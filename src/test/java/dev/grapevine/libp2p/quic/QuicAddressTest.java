package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuicAddressTest {

    private static final String PEER = "/p2p/12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv";

    @ParameterizedTest
    @ValueSource(strings = {"/ip4/192.0.2.1/udp/4001/quic-v1", "/ip6/2001:db8::1/udp/4001/quic-v1"})
    void readsAddressesWithAndWithoutAPeer(String address) {
        InetSocketAddress socket =
                QuicAddress.socketAddress(Multiaddr.parse(address)).orElseThrow();

        assertThat(QuicAddress.socketAddress(Multiaddr.parse(address + PEER))).contains(socket);
        assertThat(socket.isUnresolved()).isFalse();
        assertThat(socket.getPort()).isEqualTo(4001);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/192.0.2.1/tcp/4001",
                "/ip4/192.0.2.1/udp/4001",
                "/ip4/192.0.2.1/udp/4001/quic",
                "/ip4/192.0.2.1/udp/4001/quic-v1/webtransport",
                "/ip4/192.0.2.1/udp/4001/quic-v1" + PEER + "/p2p-circuit",
                "/dns4/node/udp/4001/quic-v1",
                "/dnsaddr/bootstrap.example/udp/4001/quic-v1",
                "/udp/4001/quic-v1"
            })
    void leavesOtherAddressesAlone(String address) {
        assertThat(QuicAddress.socketAddress(Multiaddr.parse(address))).isEmpty();
    }

    @Test
    void writesTheAddressOfASocket() throws Exception {
        assertThat(QuicAddress.multiaddr(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7)))
                .hasToString("/ip4/192.0.2.1/udp/7/quic-v1");
        assertThat(QuicAddress.multiaddr(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 7))
                        .value(Protocol.IP6))
                .contains("2001:db8::1");
    }
}
