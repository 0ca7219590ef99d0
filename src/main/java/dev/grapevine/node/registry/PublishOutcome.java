package dev.grapevine.node.registry;

import java.util.Optional;
import java.util.UUID;

/** What became of a request to publish, update, revoke or erase. */
public sealed interface PublishOutcome {

    /**
     * It is so now, and committed.
     *
     * @param effect what was done
     * @param sequence of the last event that says so
     * @param shown the profile as it is now; empty for imports and erasures
     */
    record Done(Effect effect, UUID profileId, long sequence, Optional<Shown> shown) implements PublishOutcome {}

    /**
     * A profile with its credential.
     *
     * @param credential its canonical JSON; empty if this node's database does not have it
     */
    record Shown(Attestation attestation, Optional<byte[]> credential) {}

    /** It was done before, and this is what was answered then. */
    record Repeated(Once.Answer answer) implements PublishOutcome {}

    /** It is not to be done. */
    record Refused(Reason reason) implements PublishOutcome {}

    /** What a request has changed. */
    enum Effect {
        PUBLISHED,
        UPDATED,
        REVOKED,
        ERASED,
        /** Everything was already so. */
        UNCHANGED
    }

    /** Why a request is refused. */
    enum Reason {
        /** There is a profile of that username which is not revoked. */
        USERNAME_TAKEN,
        /** There is no profile of that username. */
        UNKNOWN_USERNAME,
        /** The profile of that username is revoked, which is final. */
        REVOKED,
        /** Another request was done under the same Idempotency-Key. */
        KEY_USED
    }
}
