package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Set;

/** How near a peer is, and so which of this host's addresses mean anything to it. */
enum Audience {
    /** On this very machine: all of them. */
    MACHINE,
    /** At a private address, or behind a relay: those that are not loopback. */
    PRIVATE_NETWORK,
    /** In the internet: public ones alone, for private ones would lead it to a stranger, or nowhere. */
    INTERNET;

    /** @param peer the peer's end of the connection */
    static Audience of(Multiaddr peer) {
        if (peer.isLoopback()) {
            return MACHINE;
        }
        return IpAddresses.of(peer).filter(IpAddresses::isPublic).isPresent() ? INTERNET : PRIVATE_NETWORK;
    }

    /** @param notReached addresses at which the internet does not reach this host; those that are nearer may */
    List<Multiaddr> select(List<Multiaddr> addresses, Set<Multiaddr> notReached) {
        return addresses.stream()
                .filter(address -> reaches(address) && (this != INTERNET || !notReached.contains(address)))
                .toList();
    }

    private boolean reaches(Multiaddr address) {
        return switch (this) {
            case MACHINE -> true;
            case PRIVATE_NETWORK -> !address.isLoopback();
            case INTERNET ->
                !address.isLoopback()
                        && IpAddresses.of(address).map(IpAddresses::isPublic).orElse(true); // a name, or a relay
        };
    }
}
