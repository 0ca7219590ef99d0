package dev.grapevine.node.fetch;

import dev.grapevine.node.start.StartProblem;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/** Which addresses documents are loaded from. */
final class Addresses {

    /** IPv4 networks that are not globally reachable, or not of hosts (IANA, IPv4 Special-Purpose Address Registry). */
    private static final List<IpSubnetFilterRule> SPECIAL_IPV4 = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3");

    /** Of IPv6 only this is given to hosts of the internet (IANA, IPv6 Global Unicast Address Assignments) … */
    private static final List<IpSubnetFilterRule> GLOBAL_IPV6 = networks("2000::/3");

    /** … but for these, of which some lead to IPv4 addresses (IANA, IPv6 Special-Purpose Address Registry). */
    private static final List<IpSubnetFilterRule> SPECIAL_IPV6 =
            networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private final List<IpSubnetFilterRule> allowed;

    /** @param allowed addresses or networks that are no public ones */
    Addresses(List<String> allowed) {
        this.allowed = allowed.stream().map(Addresses::configured).toList();
    }

    private static IpSubnetFilterRule configured(String text) {
        try {
            return network(text.strip());
        } catch (IllegalArgumentException e) {
            throw new StartProblem(
                    "grapevine.fetch.allowed-networks has '" + text + "', which is no IP address or network.",
                    "Name addresses or networks, such as 10.1.2.3 or 10.0.0.0/8.");
        }
    }

    private static List<IpSubnetFilterRule> networks(String... texts) {
        return Stream.of(texts).map(Addresses::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", 2);
        boolean ipv4 = NetUtil.isValidIpV4Address(parts[0]);
        if (!ipv4 && !NetUtil.isValidIpV6Address(parts[0])) {
            throw new IllegalArgumentException("no IP address: " + text);
        }
        int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : ipv4 ? Integer.SIZE : 4 * Integer.SIZE;
        return new IpSubnetFilterRule(parts[0], prefix, IpFilterRuleType.ACCEPT);
    }

    /** Whether an address is one that the operator has allowed, public or not. */
    boolean isAllowed(InetAddress address) {
        return matches(allowed, address);
    }

    /** Whether an address is one of a host of the internet. */
    static boolean isPublic(InetAddress address) {
        return address instanceof Inet4Address
                ? !matches(SPECIAL_IPV4, address)
                : matches(GLOBAL_IPV6, address) && !matches(SPECIAL_IPV6, address);
    }

    private static boolean matches(List<IpSubnetFilterRule> networks, InetAddress address) {
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(socket));
    }
}
