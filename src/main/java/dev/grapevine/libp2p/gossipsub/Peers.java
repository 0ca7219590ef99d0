package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    boolean add(PeerId peer, boolean dialled) {
        PeerState known = byId.get(peer);
        if (known == null) {
            byId.put(peer, new PeerState(peer, dialled));
            return true;
        }
        known.setDialled(dialled);
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

    Collection<PeerState> all() {
        return byId.values();
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
