package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import reactor.core.publisher.Mono;

/**
 * Remembers how far peers hold the log of this node's own issuer, as comparisons of frontiers show it: whoever holds it up to
 * an erasure has erased. To be told after every comparison, whoever has begun it; never fails for what a peer says.
 */
public interface PeerHeads {

    /** Whose log it is about. */
    IssuerId issuer();

    /**
     * A peer holds the log up to an event. Counts if that is what stands in the log here; a peer with a frontier that
     * equals ours holds all of it.
     *
     * @param sequence of the last event that the peer holds
     * @param hash of the same event
     */
    Mono<Void> seen(PeerId peer, long sequence, Hash hash);

    /** A peer was compared with and holds nothing of the log. */
    Mono<Void> seenWithout(PeerId peer);
}
