package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.SignedEvent;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What nodes tell one another of issuers who have forked their logs (design §4, "Forks"). */
public interface Forks {

    /** Whether the issuer has forked its log, and has not recovered it. */
    boolean isFrozen(IssuerId issuer);

    /** Forks that this node has come to know, each once. Hot. */
    Flux<ForkProof> found();

    /** Recoveries that were made here, for all to hear. Hot. */
    Flux<SignedEvent> made();

    /** Issuers of whose forks, final statements or recoveries this node has come to know something new. Hot. */
    Flux<IssuerId> changed();

    /**
     * Appends a recovery of this node's issuer at the place that it names, a KeyRotated signed by the recovery key: what it
     * follows stands, what else there is from its sequence on does not. The key that signs from now on is the new one.
     *
     * @return whether it is part of the log now; it is not where the log does not have the event that it follows, or another
     *     recovery counts more
     */
    Mono<Boolean> recover(SignedEvent recovery);

    /** Takes a proof in. @return whether the issuer is frozen by it now, and was not so before */
    Mono<Boolean> proven(ForkProof proof);

    /** Takes in what a peer has told of one issuer. Completes after the commit. */
    Mono<Void> told(IssuerId issuer, ForkEvidence evidence);

    /** What to tell a peer of an issuer, in parts. */
    Flux<ForkEvidence> evidence(IssuerId issuer);

    /** The hashes of those events that are held, in the log or in a branch beside it. */
    Mono<Map<Long, Hash>> hashes(IssuerId issuer, Collection<Long> sequences);

    /** An event that is held, as a statement that stands by itself; empty if it is not held, or no right signature is near. */
    Mono<BranchStatement> statement(IssuerId issuer, long sequence);

    /** Begins to pull the branch that a recovery names; empty where the issuer is not frozen, or no recovery is known. */
    Mono<BranchPull> follow(IssuerId issuer);
}
