package dev.grapevine.node.registry;

import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.SignedEvent;
import java.util.List;
import java.util.Optional;

/**
 * A part of what one node tells another of an issuer's forks.
 *
 * @param proof of one fork
 * @param finals revocations and erasures on branches of that fork that stand in no log any more
 * @param recoveries KeyRotated events that the recovery key has signed
 */
public record ForkEvidence(Optional<ForkProof> proof, List<BranchStatement> finals, List<SignedEvent> recoveries) {

    /** The most final statements in one part; they are a few hundred bytes each as a rule. */
    public static final int MAX_FINALS = 256;

    /** The most bytes of final statements in one part, unless one alone is longer. */
    public static final int MAX_FINAL_BYTES = 256 * 1024;

    public ForkEvidence {
        finals = List.copyOf(finals);
        recoveries = List.copyOf(recoveries);
    }
}
