package dev.grapevine.libp2p.multiformats;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** IP addresses in multiaddrs, and where they lead. */
public final class IpAddresses {

    private IpAddresses() {}

    /** The IP address in a multiaddr; empty where it has none, or a relay stands behind it. */
    public static Optional<InetAddress> of(Multiaddr address) {
        return address.has(Protocol.P2P_CIRCUIT)
                ? Optional.empty()
                : address.value(Protocol.IP4)
                        .or(() -> address.value(Protocol.IP6))
                        .map(InetAddress::ofLiteral);
    }

    /** The multiaddr of an IP address alone, without a scope, which means something on this machine only. */
    public static Multiaddr multiaddr(InetAddress ip) {
        String text = ip.getHostAddress();
        int scope = text.indexOf('%');
        return Multiaddr.parse(
                (ip instanceof Inet4Address ? "/ip4/" : "/ip6/") + (scope < 0 ? text : text.substring(0, scope)));
    }

    /** An address with an IP address in place of its first part, such as a name that has it. */
    public static Multiaddr inPlaceOfFirst(InetAddress ip, Multiaddr address) {
        Multiaddr result = multiaddr(ip);
        for (Multiaddr.Component part :
                address.components().subList(1, address.components().size())) {
            result = result.with(part.protocol(), part.value());
        }
        return result;
    }

    /**
     * The socket's address in a multiaddr; a peer id at its end is left aside.
     *
     * @param behind all protocols that must follow the IP address, that of the port first
     * @return empty where the multiaddr has another form
     */
    public static Optional<InetSocketAddress> socket(Multiaddr address, Protocol... behind) {
        Multiaddr bare = address.without(Protocol.P2P);
        List<Protocol> protocols = bare.protocols();
        if (protocols.isEmpty() || !protocols.subList(1, protocols.size()).equals(List.of(behind))) {
            return Optional.empty();
        }
        return of(bare).map(ip -> new InetSocketAddress(
                ip, Integer.parseInt(bare.components().get(1).value())));
    }

    /**
     * Whether an address means the same everywhere in the internet: not loopback, link-local, private (RFC 1918, RFC 4193),
     * shared by customers of one provider (RFC 6598), multicast or unspecified.
     */
    public static boolean isPublic(InetAddress ip) {
        int first = ip.getAddress()[0] & 0xff;
        int second = ip.getAddress()[1] & 0xff;
        boolean uniqueLocal = ip instanceof Inet6Address && (first & 0xfe) == 0xfc;
        boolean shared = !(ip instanceof Inet6Address) && first == 100 && (second & 0xc0) == 64;
        return !ip.isLoopbackAddress()
                && !ip.isLinkLocalAddress()
                && !ip.isSiteLocalAddress()
                && !ip.isAnyLocalAddress()
                && !ip.isMulticastAddress()
                && !uniqueLocal
                && !shared;
    }
}
