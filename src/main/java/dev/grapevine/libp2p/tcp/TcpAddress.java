package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multiaddr.Component;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Multiaddrs of the form {@code /ip4|ip6/…/tcp/…} (specification addressing). Names are looked up by the swarm. */
final class TcpAddress {

    private TcpAddress() {}

    /** The socket's address in a multiaddr; a peer id at its end is left aside. Empty where it is not TCP's alone. */
    static Optional<InetSocketAddress> socketAddress(Multiaddr address) {
        List<Component> parts = address.without(Protocol.P2P).components();
        if (parts.size() != 2 || parts.get(1).protocol() != Protocol.TCP) {
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
        return Multiaddr.parse("/%s/%s/tcp/%d"
                .formatted(
                        ip instanceof Inet4Address ? Protocol.IP4 : Protocol.IP6,
                        scope < 0 ? text : text.substring(0, scope),
                        address.getPort()));
    }
}
