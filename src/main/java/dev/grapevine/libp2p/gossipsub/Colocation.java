package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.Inet6Address;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which connected peers share an IP address (v1.1, P₆); {@link ScoreConfig.Colocation} says what counts as one. */
final class Colocation {

    private static final int PREFIX_BYTES_IP6 = 8;

    private final ScoreConfig.Colocation config;
    private final Map<PeerId, String> places = new HashMap<>();
    private final Map<String, Set<PeerId>> peersAt = new HashMap<>();

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
        String place = places.remove(peer);
        if (place != null) {
            peersAt.computeIfPresent(place, (key, peers) -> {
                peers.remove(peer);
                return peers.isEmpty() ? null : peers;
            });
        }
    }

    /** How many peers too many are where this one is. */
    int surplus(PeerId peer) {
        String place = places.get(peer);
        return place == null
                ? 0
                : Math.max(0, peersAt.getOrDefault(place, Set.of()).size() - config.threshold());
    }

    private Optional<String> place(Multiaddr address) {
        return IpAddresses.of(address)
                .filter(ip -> IpAddresses.isPublic(ip) && !config.exempt().contains(ip))
                .map(ip -> {
                    byte[] bytes = ip.getAddress();
                    int counted = ip instanceof Inet6Address ? PREFIX_BYTES_IP6 : bytes.length;
                    return HexFormat.of().formatHex(Arrays.copyOf(bytes, counted));
                });
    }
}
