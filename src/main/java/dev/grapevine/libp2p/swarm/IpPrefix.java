package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The part of a public IP address that its holder cannot choose.
 *
 * @param hex its bytes; by their number, prefixes of both families and both lengths differ
 */
public record IpPrefix(String hex) {

    private static final int ADDRESS_BYTES_IP6 = 8;
    private static final int NETWORK_BYTES_IP4 = 3;
    private static final int NETWORK_BYTES_IP6 = 6;

    /** What one customer has: an IPv4 address, or an IPv6 /64. Empty where the address is not public. */
    public static Optional<IpPrefix> address(InetAddress ip) {
        return prefix(ip, ip instanceof Inet6Address ? ADDRESS_BYTES_IP6 : ip.getAddress().length);
    }

    /** What a small provider has: an IPv4 /24, or an IPv6 /48. Empty where the address is not public. */
    public static Optional<IpPrefix> network(InetAddress ip) {
        return prefix(ip, ip instanceof Inet6Address ? NETWORK_BYTES_IP6 : NETWORK_BYTES_IP4);
    }

    private static Optional<IpPrefix> prefix(InetAddress ip, int bytes) {
        return IpAddresses.isPublic(ip)
                ? Optional.of(new IpPrefix(HexFormat.of().formatHex(Arrays.copyOf(ip.getAddress(), bytes))))
                : Optional.empty();
    }
}
