package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where peers see this host, which behind a NAT it cannot see itself. What one peer says may be wrong or a lie, and a NAT may
 * show each peer another port; so an address counts once several say the same, and peers at one IP address are one. Pure: the
 * time is given.
 */
final class ObservedAddresses {

    /** So many observers must say the same. */
    static final int MIN_OBSERVERS = 3;

    /** An observation counts for so long; each connection, and each identify/push, is a new one. */
    static final long LIFETIME_MILLIS = 30 * 60_000;

    /** Observers that are remembered, those that were heard last; each for one address of each kind. */
    static final int MAX_OBSERVATIONS = 1_024;

    /**
     * @param observer the IP address of whoever observed
     * @param transport the protocols of the address
     */
    private record Key(InetAddress observer, List<Protocol> transport) {}

    private record Observation(Multiaddr address, long sinceMillis) {}

    private final Map<Key, Observation> observations = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Observation> eldest) {
            return size() > MAX_OBSERVATIONS;
        }
    };

    /**
     * Takes what a peer says.
     *
     * @param address where it sees this host; passed over where it is not public, or not of the connection's transport
     * @param local this host's end of the connection to the peer
     * @param remote the peer's end
     */
    void observed(Multiaddr address, Multiaddr local, Multiaddr remote, long nowMillis) {
        boolean isPublic = IpAddresses.of(address).filter(IpAddresses::isPublic).isPresent();
        if (isPublic && address.protocols().equals(local.protocols())) {
            IpAddresses.of(remote).ifPresent(observer -> {
                Key key = new Key(observer, address.protocols());
                observations.remove(key); // and so goes to the end
                observations.put(key, new Observation(address, nowMillis));
            });
        }
    }

    /** The addresses on which enough observers agree. */
    List<Multiaddr> confirmed(long nowMillis) {
        observations.values().removeIf(observation -> nowMillis - observation.sinceMillis >= LIFETIME_MILLIS);
        Map<Multiaddr, Set<InetAddress>> observers = new LinkedHashMap<>();
        observations.forEach((key, observation) -> observers
                .computeIfAbsent(observation.address, address -> new HashSet<>())
                .add(key.observer));
        return observers.entrySet().stream()
                .filter(entry -> entry.getValue().size() >= MIN_OBSERVERS)
                .map(Map.Entry::getKey)
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }
}
