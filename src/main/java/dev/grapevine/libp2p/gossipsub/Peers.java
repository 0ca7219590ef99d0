package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The connected peers that speak gossipsub ({@code peers.gossipsub} of v1.0, Peering State). */
final class Peers {

    private final Map<PeerId, PeerState> byId = new LinkedHashMap<>();

    /**
     * Adds the peer, or notes that another connection to it counts now.
     *
     * @return whether the peer is new
     */
    boolean add(PeerId peer, boolean dialled, Version version) {
        PeerState known = byId.get(peer);
        if (known == null) {
            byId.put(peer, new PeerState(peer, dialled, version));
            return true;
        }
        known.reconnected(dialled, version);
        return false;
    }

    void remove(PeerId peer) {
        byId.remove(peer);
    }

    @Nullable
    PeerState get(PeerId peer) {
        return byId.get(peer);
    }

    boolean isDialled(PeerId peer) {
        PeerState state = byId.get(peer);
        return state != null && state.dialled();
    }

    /** Whether the peer reads the back-off in a PRUNE. */
    boolean understandsBackoff(PeerId peer) {
        PeerState state = byId.get(peer);
        return state != null && state.version() != Version.V1_0;
    }

    /** Whether the peer has said that it has the message. */
    boolean isUnwanted(PeerId peer, MessageId id) {
        PeerState state = byId.get(peer);
        return state != null && state.unwanted().contains(id);
    }

    Collection<PeerState> all() {
        return byId.values();
    }

    /** Those of the direct peers that have joined the topic. */
    List<PeerId> direct(String topic, Set<PeerId> directPeers) {
        return directPeers.stream()
                .filter(peer -> byId.containsKey(peer) && byId.get(peer).isSubscribedTo(topic))
                .toList();
    }

    /** @return a list of the caller's own */
    List<PeerId> subscribedTo(String topic, Predicate<PeerState> filter) {
        List<PeerId> found = new ArrayList<>();
        for (PeerState peer : byId.values()) {
            if (peer.isSubscribedTo(topic) && filter.test(peer)) {
                found.add(peer.id());
            }
        }
        return found;
    }
}
