package dev.grapevine.node.registry;

import reactor.core.publisher.Mono;

/**
 * Whether somebody else may know more of this node's own log than the node does, as after a restore from an old backup: a port
 * that the network module implements.
 */
public interface OwnLogCheck {

    /** The start phase in which it is asked. Before it the node signs nothing; the phases before take logs in already. */
    int PHASE = RegistryLifecycle.PHASE + 2;

    /** Whether the node is configured to have peers. */
    boolean hasPeers();

    /** Completes once the frontier was compared with a peer since the node's start. Never completes while there is no peer. */
    Mono<Void> compared();

    /**
     * Completes once no comparison is under way and no peer is known to have more of the issuer's log. What a peer claims and
     * cannot send counts for nothing after a while.
     */
    Mono<Void> fetched();
}
