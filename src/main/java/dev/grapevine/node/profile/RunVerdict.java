package dev.grapevine.node.profile;

import java.util.Optional;

/** What is to be said of a run that somebody sent. What a peer does wrong is a value, not an exception. */
public sealed interface RunVerdict {

    /**
     * Signed by its issuer, as far as can be known here.
     *
     * @param run the part that may be applied
     * @param placement beside the head that was known when it was judged
     * @param before the keys that it was judged with
     * @param after the keys in force after it
     * @param early what follows the run and is too far ahead of the clock
     */
    record Authentic(Run run, Placement placement, LogKeys before, LogKeys after, Optional<Run> early)
            implements RunVerdict {}

    /** All of it is held already. */
    record Held() implements RunVerdict {}

    /** All of it is too far ahead of the clock: to be judged again from this moment on, milliseconds since 1970. */
    record Early(long readyAtMillis) implements RunVerdict {}

    /** Another key than the one in force here signed it; in the events that are missing it may have come into force. */
    record Unjudged() implements RunVerdict {}

    /** Malformed or forged. */
    record Refused(Reason reason, String detail) implements RunVerdict {}

    /** Why a run is refused; the names appear in metrics. */
    enum Reason {
        MALFORMED,
        FORGED,
        RULE_BROKEN
    }
}
