package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A signing key of an issuer, and where in the log it was in force.
 *
 * @param from the first sequence that it may have signed: 0, or the one after the event that made it take over
 * @param to the last one, which is the event that made the next key take over; empty for the key in force
 * @param predecessor the key in force before it; empty for the first one
 * @param recovered whether the recovery key made it take over, not its predecessor
 */
public record IssuerKey(PublicKey key, long from, OptionalLong to, Optional<PublicKey> predecessor, boolean recovered) {

    /** The sequence of the event that made it take over; -1 for the first one. */
    long rotatedAt() {
        return from - 1;
    }
}
