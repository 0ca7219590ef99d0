package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import java.util.Optional;

/**
 * What forks have done to an issuer's log (docs/decisions/2026-11-28-forks.md).
 *
 * @param frozenAt the sequence at which two events stand, while that is so; the log ends before it
 * @param recoveredAt the newest event of the log that the recovery key has signed
 * @param epoch grows with each freeze, recovery, and change of what the digest covers
 * @param digest of all that peers must agree on beside the head; empty where there is nothing
 */
record ForkMark(Optional<Long> frozenAt, Optional<Long> recoveredAt, long epoch, Optional<Hash> digest) {

    static final ForkMark NONE = new ForkMark(Optional.empty(), Optional.empty(), 0, Optional.empty());

    /** Stands for the last event before a fork of the very first. */
    static final Hash NOTHING = Hash.wrap(new byte[Hash.BYTES]);

    boolean isFrozen() {
        return frozenAt.isPresent();
    }

    /** Whether an event at this sequence is no part of the log, though it may be held. */
    boolean excludes(long sequence) {
        return excludes(frozenAt, sequence);
    }

    /** The same, where no more is known than where the log is frozen. */
    static boolean excludes(Optional<Long> frozenAt, long sequence) {
        return frozenAt.filter(point -> point <= sequence).isPresent();
    }

    ForkMark recoveredAt(long sequence) {
        return new ForkMark(frozenAt, Optional.of(sequence), epoch, digest);
    }

    /** What peers compare in place of the head's hash: sha-256(hash ‖ digest) where there is a digest. */
    Hash compared(Hash head) {
        return digest.map(forks -> Hash.of(head.bytes(), forks.bytes())).orElse(head);
    }
}
