package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Multiaddrs of the form {@code /ip4|ip6/…/udp/…/quic-v1} (specification quic, section Multiaddress). Names are looked up
 * by the swarm, which dials each of their addresses in turn.
 */
final class QuicAddress {

    private QuicAddress() {}

    /** The socket's address in a multiaddr; a peer id at its end is left aside. Empty where it is not QUIC's. */
    static Optional<InetSocketAddress> socketAddress(Multiaddr address) {
        return IpAddresses.socket(address, Protocol.UDP, Protocol.QUIC_V1);
    }

    /** The multiaddr of a socket's address. */
    static Multiaddr multiaddr(InetSocketAddress address) {
        return IpAddresses.multiaddr(address.getAddress())
                .with(Protocol.UDP, Integer.toString(address.getPort()))
                .with(Protocol.QUIC_V1, "");
    }
}
