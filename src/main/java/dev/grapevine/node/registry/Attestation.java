package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.trust.TrustLevel;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What one issuer says under one username.
 *
 * @param trust how much the issuer counts here
 * @param body empty if the current version's body is not held
 * @param sequence of the event that states the current version
 * @param publishedAt when the issuer published the profile first
 * @param receivedAt when this node took the version in
 * @param receivedFrom the peer that it came from; empty for this node's own issuer
 * @param eventHash of the event that states the current version
 * @param issuerForked whether the issuer has forked its log, and not recovered it
 * @param forked whether the version was stated at the fork or after it
 */
public record Attestation(
        IssuerId issuer,
        String issuerName,
        TrustLevel trust,
        UUID profileId,
        Optional<ProfileBody> body,
        boolean revoked,
        long sequence,
        Instant publishedAt,
        Optional<Instant> validUntil,
        Instant receivedAt,
        Optional<PeerId> receivedFrom,
        Hash eventHash,
        boolean issuerForked,
        boolean forked) {

    static Attestation of(
            IssuerId issuer,
            String issuerName,
            TrustLevel trust,
            ProfileState state,
            Optional<ProfileBody> body,
            Instant receivedAt,
            Optional<PeerId> receivedFrom,
            Hash eventHash,
            Optional<Long> frozenAt) {
        return new Attestation(
                issuer,
                issuerName,
                trust,
                state.profileId(),
                body,
                state.revoked().isPresent(),
                state.versionSequence(),
                Instant.ofEpochMilli(state.publishedAtMillis()),
                state.validUntilMillis().map(Instant::ofEpochMilli),
                receivedAt,
                receivedFrom,
                eventHash,
                frozenAt.isPresent(),
                ForkMark.excludes(frozenAt, state.versionSequence()));
    }

    /** How the profile stands; the same word in JSON, in lower case. */
    public enum Status {
        ACTIVE,
        REVOKED,
        EXPIRED,
        /** Stated where the issuer's log has forked, or after that: nobody can tell whether it stands. */
        FORKED;

        /** The name in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Expiry is a matter of the reader's clock; it changes nothing in the registry. */
    public Status status(Instant now) {
        if (revoked) {
            return Status.REVOKED;
        }
        if (forked) {
            return Status.FORKED;
        }
        return validUntil.filter(until -> !now.isBefore(until)).isPresent() ? Status.EXPIRED : Status.ACTIVE;
    }
}
