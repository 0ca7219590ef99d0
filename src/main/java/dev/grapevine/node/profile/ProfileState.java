package dev.grapevine.node.profile;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What an issuer's log amounts to for one profile: a function of its events alone. Applying an event that makes no sense
 * gives the state back as it was.
 *
 * @param publishedSequence of the Published event
 * @param publishedAtMillis of the Published event
 * @param versionSequence of the event that states the current version
 * @param commitment of the current version
 * @param validUntilMillis of the current version
 * @param revoked at which sequence, if it is
 * @param revocationReason if it is revoked and a reason was given; none of an erased profile
 * @param erased at which sequence, if it is
 */
public record ProfileState(
        UUID profileId,
        long publishedSequence,
        long publishedAtMillis,
        long versionSequence,
        Hash commitment,
        Optional<Long> validUntilMillis,
        OptionalLong revoked,
        Optional<String> revocationReason,
        OptionalLong erased) {

    /** The state after an event of the same log. @return empty if there is no such profile, before or after */
    public static Optional<ProfileState> apply(Optional<ProfileState> state, ProfileEvent event) {
        return switch (event.change()) {
            case Change.Published published -> Optional.of(state.orElseGet(() -> published(published, event)));
            case Change.Updated updated -> state.map(profile -> profile.updated(updated, event.sequence()));
            case Change.Revoked revoked -> state.map(profile -> profile.revoked(revoked, event.sequence()));
            case Change.Erased erased -> state.map(profile -> profile.erased(event.sequence()));
            default -> state;
        };
    }

    private static ProfileState published(Change.Published published, ProfileEvent event) {
        return new ProfileState(
                published.profileId(),
                event.sequence(),
                event.occurredAtMillis(),
                event.sequence(),
                published.commitment(),
                published.validUntilMillis(),
                OptionalLong.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** Revoked and erased are final: no new version after them. */
    private ProfileState updated(Change.Updated updated, long sequence) {
        return revoked.isPresent() || erased.isPresent()
                ? this
                : new ProfileState(
                        profileId,
                        publishedSequence,
                        publishedAtMillis,
                        sequence,
                        updated.commitment(),
                        updated.validUntilMillis(),
                        revoked,
                        revocationReason,
                        erased);
    }

    private ProfileState revoked(Change.Revoked change, long sequence) {
        return revoked.isPresent() || erased.isPresent()
                ? this
                : new ProfileState(
                        profileId,
                        publishedSequence,
                        publishedAtMillis,
                        versionSequence,
                        commitment,
                        validUntilMillis,
                        OptionalLong.of(sequence),
                        change.reason(),
                        erased);
    }

    private ProfileState erased(long sequence) {
        return erased.isPresent()
                ? this
                : new ProfileState(
                        profileId,
                        publishedSequence,
                        publishedAtMillis,
                        versionSequence,
                        commitment,
                        validUntilMillis,
                        revoked,
                        Optional.empty(),
                        OptionalLong.of(sequence));
    }
}
