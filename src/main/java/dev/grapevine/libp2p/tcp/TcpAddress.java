package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Multiaddrs of the form {@code /ip4|ip6/…/tcp/…} (specification addressing). Names are looked up by the swarm. */
final class TcpAddress {

    private TcpAddress() {}

    /** The socket's address in a multiaddr; a peer id at its end is left aside. Empty where it is not TCP's alone. */
    static Optional<InetSocketAddress> socketAddress(Multiaddr address) {
        return IpAddresses.socket(address, Protocol.TCP);
    }

    /** The multiaddr of a socket's address. */
    static Multiaddr multiaddr(InetSocketAddress address) {
        return IpAddresses.multiaddr(address.getAddress()).with(Protocol.TCP, Integer.toString(address.getPort()));
    }
}
