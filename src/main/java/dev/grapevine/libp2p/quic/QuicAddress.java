package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multiaddr.Component;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Multiaddrs of the form {@code /ip4|ip6/…/udp/…/quic-v1} (specification quic, section Multiaddress). Names are looked up
 * by the swarm, which dials each of their addresses in turn.
 */
final class QuicAddress {

    private QuicAddress() {}

    /** The socket's address in a multiaddr; a peer id at its end is left aside. Empty where it is not QUIC's. */
    static Optional<InetSocketAddress> socketAddress(Multiaddr address) {
        List<Component> parts = address.without(Protocol.P2P).components();
        if (parts.size() != 3
                || parts.get(1).protocol() != Protocol.UDP
                || parts.get(2).protocol() != Protocol.QUIC_V1) {
            return Optional.empty();
        }
        return switch (parts.get(0).protocol()) {
            case IP4, IP6 ->
                Optional.of(new InetSocketAddress(
                        InetAddress.ofLiteral(parts.get(0).value()),
                        Integer.parseInt(parts.get(1).value())));
            default -> Optional.empty();
        };
    }

    /** The multiaddr of a socket's address. */
    static Multiaddr multiaddr(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String text = ip.getHostAddress();
        int scope = text.indexOf('%');
        return Multiaddr.parse("/%s/%s/udp/%d/quic-v1"
                .formatted(
                        ip instanceof Inet4Address ? Protocol.IP4 : Protocol.IP6,
                        scope < 0 ? text : text.substring(0, scope),
                        address.getPort()));
    }
}
