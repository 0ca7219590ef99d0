package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry.Place;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What all issuers say under a username, ready to be sent.
 *
 * @param attestations a JSON array in UTF-8, as {@link AttestationsJson} writes it
 * @param tag stands for those bytes and no others
 * @param fromMillis the first moment at which they hold, for expiry is a matter of the clock
 * @param untilMillis the moment from which they do not hold any more
 * @param profiles those that are shown; none where nobody knows the username
 * @param next where this page ends, if there is another page
 */
public record Answer(
        byte[] attestations,
        String tag,
        long fromMillis,
        long untilMillis,
        List<ProfileKey> profiles,
        Optional<Place> next) {

    /** The name of a profile among those of all issuers. */
    public record ProfileKey(IssuerId issuer, UUID profileId) {}

    Answer withAttestations(byte[] bytes) {
        return new Answer(bytes, tag, fromMillis, untilMillis, profiles, next);
    }

    /** Whether nothing follows. */
    boolean whole() {
        return next.isEmpty();
    }

    /** Whether anybody knows the username. */
    public boolean isKnown() {
        return !profiles.isEmpty();
    }

    boolean holdsAt(long nowMillis) {
        return fromMillis <= nowMillis && nowMillis < untilMillis;
    }
}
