package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that was applied to the registry on this database, by whichever instance.
 *
 * @param id one more than that of the change committed before it
 * @param profileId empty if it concerns the issuer itself
 * @param username the profile's as it is now, whatever it was then; empty while it is not known, and for ever once the
 *     profile is erased
 * @param sequence of the event in the issuer's log; for a body that came later, of the version that it belongs to
 * @param at when it was applied here
 */
public record AppliedChange(
        long id,
        Kind kind,
        IssuerId issuer,
        Optional<UUID> profileId,
        Optional<String> username,
        long sequence,
        Instant at) {

    /** What was applied. Events without effect are no changes. */
    public enum Kind {
        /** The issuer's log has begun, or its name is another. */
        ISSUER_DESCRIBED,
        /** The issuer has forked its log; what it says from this sequence on is shown as forked. */
        ISSUER_FORKED,
        /** The issuer has said which branch of its log stands, or something of the other one that stays in force has come. */
        ISSUER_RECOVERED,
        PUBLISHED,
        UPDATED,
        REVOKED,
        ERASED,
        /** The body of a version that was published or updated before. */
        BODY_ARRIVED,
        /** The operator of this node trusts the issuer, or does not any more, or has blocked it. */
        TRUST_CHANGED,
        /** Something of an issuer that is not shown; what was applied is not told. Never in the database. */
        HIDDEN;

        /** The name in the database and in event streams, such as {@code body-arrived}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
