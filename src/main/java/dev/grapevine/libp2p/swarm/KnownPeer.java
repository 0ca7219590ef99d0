package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer whose addresses are worth remembering beyond the end of this host.
 *
 * @param peer who it is
 * @param record where it says it is reached, signed by itself; null where it has not said so
 * @param worked addresses at which it has answered, the latest first; without {@code /p2p}
 */
public record KnownPeer(PeerId peer, @Nullable SignedPeerRecord record, List<Multiaddr> worked) {

    public KnownPeer {
        worked = List.copyOf(worked);
    }
}
