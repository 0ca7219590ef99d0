package dev.grapevine.node.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change. No personal data: no usernames, no values, no reasons that somebody wrote.
 *
 * @param action module and deed, such as {@code profile.published} or {@code key.revoked}
 * @param event in whose log it stands, if it stands in one
 * @param detail for people
 */
public record AuditEntry(
        Instant at,
        Actor actor,
        String action,
        @Nullable Event event,
        @Nullable String detail) {

    /**
     * A place in an issuer's log.
     *
     * @param issuer a DID
     * @param profileId of the profile that the event is about, if it is about one
     */
    public record Event(
            String issuer, long sequence, @Nullable UUID profileId) {}
}
