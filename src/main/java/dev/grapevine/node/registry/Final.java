package dev.grapevine.node.registry;

import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.Change;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/**
 * A revocation or erasure that stands in no log any more, and is in force all the same.
 *
 * @param fork of the proof that it is checked by
 * @param recoveredAt after which event of the log it counts; empty while the issuer is frozen
 */
record Final(BranchStatement statement, long fork, Optional<Long> recoveredAt) {

    /** Of several of one profile and kind the lowest counts. */
    static final Comparator<Final> ORDER = Comparator.<Final>comparingLong(
                    stated -> stated.statement().event().sequence())
            .thenComparing(stated -> stated.statement().event().hash());

    /** What it is about. */
    record Key(UUID profileId, boolean erased) {}

    /** What a change is about, if it is final. */
    static Optional<Key> key(Change change) {
        return switch (change) {
            case Change.Revoked revoked -> Optional.of(new Key(revoked.profileId(), false));
            case Change.Erased erased -> Optional.of(new Key(erased.profileId(), true));
            default -> Optional.empty();
        };
    }

    Key key() {
        return key(statement.event().event().change()).orElseThrow();
    }
}
