package dev.grapevine.libp2p;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The addresses at which a host that listens on an unspecified one can be reached. */
final class InterfaceAddresses {

    private InterfaceAddresses() {}

    /**
     * Puts the addresses of this machine's interfaces in the place of {@code 0.0.0.0} and {@code ::}, loopback last.
     * Link-local ones are left out, for they mean nothing without their interface.
     */
    static List<Multiaddr> expand(List<Multiaddr> bound) {
        List<Multiaddr> expanded = new ArrayList<>();
        for (Multiaddr address : bound) {
            if (isUnspecified(address)) {
                boolean v4 = address.components().getFirst().protocol() == Protocol.IP4;
                own().stream()
                        .filter(ip -> ip instanceof Inet4Address == v4)
                        .map(ip -> with(address, ip))
                        .forEach(expanded::add);
            } else {
                expanded.add(address);
            }
        }
        return expanded.stream().distinct().toList();
    }

    private static boolean isUnspecified(Multiaddr address) {
        String ip = address.value(Protocol.IP4)
                .or(() -> address.value(Protocol.IP6))
                .orElse("");
        try {
            return !ip.isEmpty() && InetAddress.getByName(ip).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the address is literal: " + address, e);
        }
    }

    private static List<InetAddress> own() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(InterfaceAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(ip -> !ip.isLinkLocalAddress())
                    .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException("this machine does not tell its interfaces", e);
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException e) {
            return false;
        }
    }

    private static Multiaddr with(Multiaddr address, InetAddress ip) {
        String text = ip.getHostAddress();
        int scope = text.indexOf('%');
        Multiaddr result = Multiaddr.parse(
                (ip instanceof Inet4Address ? "/ip4/" : "/ip6/") + (scope < 0 ? text : text.substring(0, scope)));
        for (Multiaddr.Component part :
                address.components().subList(1, address.components().size())) {
            result = result.with(part.protocol(), part.value());
        }
        return result;
    }
}
