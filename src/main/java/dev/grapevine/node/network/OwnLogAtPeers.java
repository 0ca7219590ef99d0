package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.OwnLogCheck;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tells from catch-up whether peers have more of this node's own log. */
final class OwnLogAtPeers implements OwnLogCheck {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Sync sync;
    private final IssuerId issuer;
    private final boolean hasPeers;

    /** @param hasPeers whether any are configured */
    OwnLogAtPeers(Sync sync, IssuerId issuer, boolean hasPeers) {
        this.sync = sync;
        this.issuer = issuer;
        this.hasPeers = hasPeers;
    }

    @Override
    public boolean hasPeers() {
        return hasPeers;
    }

    @Override
    public Mono<Void> compared() {
        return Flux.interval(LOOK_EVERY)
                .onBackpressureDrop()
                .takeUntil(tick -> sync.progress().registry().comparedAt().isPresent())
                .then();
    }

    @Override
    public Mono<Void> fetched() {
        return Flux.interval(LOOK_EVERY)
                .onBackpressureDrop()
                .concatMap(tick -> sync.mayBeBehind(issuer))
                .takeUntil(behind -> !behind)
                .then();
    }
}
