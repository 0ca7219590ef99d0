package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import java.util.HashSet;
import java.util.Set;

/**
 * Heads that peers hold in place of ours: of the same sequence, with another hash. The issuer has forked its log, for both
 * are said to be its. Safe for use by several threads.
 */
final class Divergences {

    /** Pairs of peer and issuer that an operator is told of; further ones are counted alone. */
    static final int MAX_TOLD = 1_024;

    private record Place(PeerId peer, IssuerId issuer) {}

    private final Set<Place> told = new HashSet<>();
    private long count;

    /** @return whether an operator is to be told: once of an issuer at a peer */
    synchronized boolean found(PeerId peer, IssuerId issuer) {
        count++;
        return told.size() < MAX_TOLD && told.add(new Place(peer, issuer));
    }

    /** How often such a head was seen. */
    synchronized long count() {
        return count;
    }
}
