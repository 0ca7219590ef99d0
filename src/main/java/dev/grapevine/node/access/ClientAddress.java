package dev.grapevine.node.access;

import dev.grapevine.node.start.StartProblem;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which address a request comes. {@code X-Forwarded-For} is believed only as far as proxies that the operator has named
 * vouch for it: from its end back to the first address that is not one of theirs. Anybody can write what stands before.
 */
final class ClientAddress {

    static final String FORWARDED_FOR = "X-Forwarded-For";

    private static final InetAddress UNKNOWN = InetAddress.getLoopbackAddress();

    private final List<IpSubnetFilterRule> trusted;

    /** @param proxies addresses, or networks such as {@code 10.0.0.0/8} */
    ClientAddress(List<String> proxies) {
        this.trusted = proxies.stream().map(ClientAddress::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = text.strip().split("/", 2);
        boolean ipv4 = NetUtil.isValidIpV4Address(parts[0]);
        if (ipv4 || NetUtil.isValidIpV6Address(parts[0])) {
            try {
                int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : ipv4 ? 32 : 128;
                return new IpSubnetFilterRule(parts[0], prefix, IpFilterRuleType.ACCEPT);
            } catch (IllegalArgumentException e) {
                // told below
            }
        }
        throw new StartProblem(
                "grapevine.rate-limit.trusted-proxies has '" + text + "', which is no IP address or network.",
                "Name the addresses that your proxies connect from, such as 127.0.0.1 or 10.0.0.0/8.");
    }

    boolean trustsNobody() {
        return trusted.isEmpty();
    }

    InetAddress of(Caller caller) {
        InetSocketAddress peer = caller.peer();
        InetAddress address = peer == null || peer.getAddress() == null ? UNKNOWN : peer.getAddress();
        if (trusted.isEmpty() || !isTrusted(address)) {
            return address;
        }
        String[] hops =
                String.join(",", caller.headers().getOrEmpty(FORWARDED_FOR)).split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            InetAddress hop = parse(hops[i].strip());
            if (hop == null) {
                return address;
            }
            address = hop;
            if (!isTrusted(address)) {
                return address;
            }
        }
        return address;
    }

    private boolean isTrusted(InetAddress address) {
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return trusted.stream().anyMatch(rule -> rule.matches(socket));
    }

    /** An address, with the port that some proxies add, or null. Never a name: nothing is resolved. */
    private static @Nullable InetAddress parse(String hop) {
        String text = hop;
        if (hop.startsWith("[") && hop.contains("]")) {
            text = hop.substring(1, hop.indexOf(']'));
        } else if (hop.indexOf(':') == hop.lastIndexOf(':') && hop.contains(":")) {
            text = hop.substring(0, hop.indexOf(':'));
        }
        return NetUtil.createInetAddressFromIpAddressString(text);
    }
}
