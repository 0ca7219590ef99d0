package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.BranchPull;
import dev.grapevine.node.registry.ForkEvidence;
import dev.grapevine.node.registry.Forks;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Knows of no forks. */
class FakeForks implements Forks {

    @Override
    public boolean isFrozen(IssuerId issuer) {
        return false;
    }

    @Override
    public Flux<ForkProof> found() {
        return Flux.never();
    }

    @Override
    public Flux<SignedEvent> made() {
        return Flux.never();
    }

    @Override
    public Flux<IssuerId> changed() {
        return Flux.never();
    }

    @Override
    public Mono<Boolean> recover(SignedEvent recovery) {
        return Mono.just(false);
    }

    @Override
    public Mono<Boolean> proven(ForkProof proof) {
        return Mono.just(false);
    }

    @Override
    public Mono<Void> told(IssuerId issuer, ForkEvidence evidence) {
        return Mono.empty();
    }

    @Override
    public Flux<ForkEvidence> evidence(IssuerId issuer) {
        return Flux.empty();
    }

    @Override
    public Mono<Map<Long, Hash>> hashes(IssuerId issuer, Collection<Long> sequences) {
        return Mono.just(Map.of());
    }

    @Override
    public Mono<BranchStatement> statement(IssuerId issuer, long sequence) {
        return Mono.empty();
    }

    @Override
    public Mono<BranchPull> follow(IssuerId issuer) {
        return Mono.empty();
    }
}
