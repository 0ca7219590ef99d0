package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import java.util.Optional;

/**
 * The keys in force at one place of a log.
 *
 * @param current signs the next event
 * @param recoveryKeyDigest of the key that may rotate instead; empty as long as the event at sequence 0 is not known
 */
public record LogKeys(PublicKey current, Optional<Hash> recoveryKeyDigest) {

    /** What is known of a log of which nothing is held: its first key is the one that names the issuer. */
    public static LogKeys ofUnknown(IssuerId issuer) {
        return new LogKeys(issuer.inception(), Optional.empty());
    }

    /** The keys after an event whose signatures are right. */
    public LogKeys after(ProfileEvent event) {
        return switch (event.change()) {
            case Change.KeyRotated rotated -> new LogKeys(rotated.newKey(), recoveryKeyDigest);
            case Change.IssuerDescribed described ->
                event.sequence() == 0 ? new LogKeys(current, Optional.of(described.recoveryKeyDigest())) : this;
            default -> this;
        };
    }

    /** Whether a key is the one that may end a fork, and rotate whatever key is in force. */
    public boolean isRecoveryKey(PublicKey key) {
        return recoveryKeyDigest.filter(Hash.of(key.encoded())::equals).isPresent();
    }
}
