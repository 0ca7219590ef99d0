package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.IpPrefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which connected peers share an IP address (v1.1, P₆); {@link ScoreConfig.Colocation} says what counts as one. */
final class Colocation {

    private final ScoreConfig.Colocation config;
    private final Map<PeerId, IpPrefix> places = new HashMap<>();
    private final Map<IpPrefix, Set<PeerId>> peersAt = new HashMap<>();

    Colocation(ScoreConfig.Colocation config) {
        this.config = config;
    }

    /** @param address the peer's end of the connection that counts now */
    void connected(PeerId peer, Multiaddr address) {
        disconnected(peer);
        if (config.weight() != 0) {
            place(address).ifPresent(place -> {
                places.put(peer, place);
                peersAt.computeIfAbsent(place, key -> new HashSet<>()).add(peer);
            });
        }
    }

    void disconnected(PeerId peer) {
        IpPrefix place = places.remove(peer);
        if (place != null) {
            peersAt.computeIfPresent(place, (key, peers) -> {
                peers.remove(peer);
                return peers.isEmpty() ? null : peers;
            });
        }
    }

    /** How many peers too many are where this one is. */
    int surplus(PeerId peer) {
        IpPrefix place = places.get(peer);
        return place == null
                ? 0
                : Math.max(0, peersAt.getOrDefault(place, Set.of()).size() - config.threshold());
    }

    private Optional<IpPrefix> place(Multiaddr address) {
        return IpAddresses.of(address)
                .filter(ip -> !config.exempt().contains(ip))
                .flatMap(IpPrefix::address);
    }
}
