package dev.grapevine.libp2p;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.sockets.Interfaces;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
                        .map(ip -> IpAddresses.inPlaceOfFirst(ip, address))
                        .forEach(expanded::add);
            } else {
                expanded.add(address);
            }
        }
        return expanded.stream().distinct().toList();
    }

    private static boolean isUnspecified(Multiaddr address) {
        return IpAddresses.of(address).filter(InetAddress::isAnyLocalAddress).isPresent();
    }

    private static List<InetAddress> own() {
        try {
            return Interfaces.up().stream()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(ip -> !ip.isLinkLocalAddress())
                    .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException("this machine does not tell its interfaces", e);
        }
    }
}
