package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.registry.FrontierTree;
import dev.grapevine.node.registry.PeerHeads;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * How far a peer holds our own issuer's log, as one comparison of frontiers shows it: where its digest equals ours on the way to
 * that log, it holds what we did when we asked; elsewhere it tells its head.
 */
final class OwnLogSeen {

    private static final Logger LOG = LoggerFactory.getLogger(OwnLogSeen.class);

    private final IssuerId issuer;
    private final String place;
    private final FrontierTree ours;
    private Optional<Head> held = Optional.empty();
    private Optional<Head> seen = Optional.empty();

    OwnLogSeen(IssuerId issuer, FrontierTree ours) {
        this.issuer = issuer;
        this.place = FrontierTree.path(issuer);
        this.ours = ours;
    }

    /** To be called before digests of ours are compared: those cover this head or a later one. */
    void asking() {
        held = head(ours, issuer);
    }

    /** The peer has the same under a path. */
    void equal(String path) {
        if (place.startsWith(path)) {
            seen = held;
        }
    }

    /** The peer tells one of its heads. */
    void head(Head theirs) {
        if (theirs.issuer().equals(issuer)) {
            seen = Optional.of(theirs);
        }
    }

    /** Empty if nothing of the log was seen. */
    Optional<Head> seen() {
        return seen;
    }

    static Optional<Head> head(FrontierTree tree, IssuerId issuer) {
        return tree.head(issuer).map(head -> new Head(issuer, head.sequence(), head.hash()));
    }

    /** Tells the registry. Fails no comparison: the next one shows the same. */
    static Mono<Void> tell(PeerHeads peerHeads, PeerId peer, Optional<Head> seen) {
        return seen.map(head -> peerHeads.seen(peer, head.sequence(), head.hash()))
                .orElseGet(() -> peerHeads.seenWithout(peer))
                .doOnError(error -> LOG.debug("How far {} holds our log was not noted: {}", peer, error.toString()))
                .onErrorComplete();
    }
}
