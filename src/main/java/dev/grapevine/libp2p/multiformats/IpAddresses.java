package dev.grapevine.libp2p.multiformats;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** What IP addresses say of where they lead. */
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
