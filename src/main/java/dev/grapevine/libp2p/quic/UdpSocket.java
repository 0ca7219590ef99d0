package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.sockets.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.codec.quic.EpollQuicUtils;
import jdk.net.ExtendedSocketOptions;

/**
 * What the sockets below QUIC are asked for. A datagram that is too large for the path has to get lost, or nobody would find out (RFC 9000 §14);
 * and Linux hands over what came from one peer in one piece (UDP_GRO).
 */
final class UdpSocket {

    /** As the kernel's headers have them: ip(7), ipv6(7). */
    private static final int IPPROTO_IP = 0;

    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPV6_MTU_DISCOVER = 23;

    /** Never fragment, and let those through that are larger than what routers have told: whoever probes has to see for itself. */
    private static final int PMTUDISC_PROBE = 3;

    private static final ChannelOption<Integer> PROBE_IPV4 =
            new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER);
    private static final ChannelOption<Integer> PROBE_IPV6 =
            new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER);
    private static final ChannelOption<Boolean> DONT_FRAGMENT =
            NioChannelOption.of(ExtendedSocketOptions.IP_DONTFRAGMENT);

    private static final int MAX_JOINED_BYTES = 65_535;

    private UdpSocket() {}

    /** Whether the kernel below this event loop cuts and joins datagrams. */
    static boolean offloads(EventLoop loop) {
        return Sockets.of(loop) == Sockets.EPOLL
                && EpollQuicUtils.newSegmentedAllocator(1).maxNumSegments() > 0;
    }

    /** Bytes that one call receives at most. */
    static int maxReceived(EventLoop loop, DatagramSize size) {
        return offloads(loop) ? MAX_JOINED_BYTES : size.maxReceived();
    }

    static Bootstrap bootstrap(EventLoop loop, boolean ip6) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.SO_RCVBUF, QuicSettings.SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, QuicSettings.SOCKET_BUFFER_BYTES);
        if (Sockets.of(loop) == Sockets.NIO) {
            return bootstrap.option(DONT_FRAGMENT, true);
        }
        return bootstrap
                .option(ip6 ? PROBE_IPV6 : PROBE_IPV4, PMTUDISC_PROBE)
                .option(EpollChannelOption.UDP_GRO, offloads(loop));
    }
}
