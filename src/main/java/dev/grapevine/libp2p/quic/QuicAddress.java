package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multiaddr.Component;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A multiaddr of the form {@code /ip4|ip6|dns|dns4|dns6/…/udp/…/quic-v1} (specification quic, section Multiaddress).
 *
 * @param host how the host is named
 * @param name its address or DNS name
 * @param port UDP port
 */
record QuicAddress(Protocol host, String name, int port) {

    /** Reads an address; a peer id at its end is left aside. Empty where it is not QUIC's. */
    static Optional<QuicAddress> of(Multiaddr address) {
        List<Component> parts = address.without(Protocol.P2P).components();
        if (parts.size() != 3
                || parts.get(1).protocol() != Protocol.UDP
                || parts.get(2).protocol() != Protocol.QUIC_V1) {
            return Optional.empty();
        }
        return switch (parts.get(0).protocol()) {
            case IP4, IP6, DNS, DNS4, DNS6 ->
                Optional.of(new QuicAddress(
                        parts.get(0).protocol(),
                        parts.get(0).value(),
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

    /**
     * Looks a name up. Blocks, except where the host is given by its address.
     *
     * @return at least one address, at most {@link QuicSettings#MAX_RESOLVED_ADDRESSES}
     */
    List<InetSocketAddress> resolve() throws UnknownHostException {
        Class<? extends InetAddress> family = switch (host) {
            case DNS4, IP4 -> Inet4Address.class;
            case DNS6, IP6 -> Inet6Address.class;
            default -> InetAddress.class;
        };
        List<InetSocketAddress> found = Arrays.stream(InetAddress.getAllByName(name))
                .filter(family::isInstance)
                .limit(QuicSettings.MAX_RESOLVED_ADDRESSES)
                .map(ip -> new InetSocketAddress(ip, port))
                .toList();
        if (found.isEmpty()) {
            throw new UnknownHostException(name + " has no address for /" + host);
        }
        return found;
    }
}
