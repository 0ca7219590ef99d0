package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.registry.Attestation;
import dev.grapevine.node.registry.ProfileBrowser.Listed;
import dev.grapevine.node.registry.Registry.KnownIssuer;
import dev.grapevine.node.registry.RegistryState;
import dev.grapevine.node.trust.TrustLevel;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answers of the profile endpoints, as they stand in JSON. */
final class Views {

    private Views() {}

    private static final String FORKED = "forked";

    static String trust(TrustLevel level, boolean forked) {
        return forked ? FORKED : level.text();
    }

    @Schema(name = "Issuer")
    record Issuer(
            @Schema(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
            String id,

            @Schema(example = "University of Ankh-Morpork") String name,

            @Schema(allowableValues = {"trusted", "known", "forked"})
            String trust) {}

    @Schema(name = "Attestation", description = "What one issuer says under the username.")
    record AttestationView(
            Issuer issuer,

            @Schema(format = "uuid") String profileId,

            @Nullable String displayName,
            @Nullable String subject,

            @Schema(types = "object") ObjectNode publicClaims,

            @Schema(allowableValues = {"active", "revoked", "expired", "forked"})
            String status,

            @Schema(description = "Of the event in the issuer's log that states this version.")
            long sequence,

            Instant publishedAt,
            @Nullable Instant validUntil,
            Instant receivedAt,

            @Schema(description = "The peer that this node has it from; null for its own issuer.") @Nullable
            String receivedFrom,

            @Schema(description = "SHA-256 of the event, hexadecimal.")
            String eventHash,

            @Schema(description = "SHA-256 of the credential in canonical form, hexadecimal.") @Nullable
            String credentialDigest,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "Present and true while the body of this version has not arrived here.")
            @Nullable
            Boolean bodyMissing) {

        static AttestationView of(Attestation attestation, Instant now) {
            Optional<ProfileBody> body = attestation.body();
            return new AttestationView(
                    new Issuer(
                            attestation.issuer().did(),
                            attestation.issuerName(),
                            trust(attestation.trust(), attestation.issuerForked())),
                    attestation.profileId().toString(),
                    body.map(ProfileBody::displayName).orElse(null),
                    body.flatMap(ProfileBody::subject).orElse(null),
                    body.map(ProfileBody::publicClaims).orElseGet(JsonNodeFactory.instance::objectNode),
                    attestation.status(now).text(),
                    attestation.sequence(),
                    attestation.publishedAt(),
                    attestation.validUntil().orElse(null),
                    attestation.receivedAt(),
                    attestation.receivedFrom().map(PeerId::toString).orElse(null),
                    attestation.eventHash().hex(),
                    body.flatMap(ProfileBody::credentialDigest).map(Hash::hex).orElse(null),
                    body.isPresent() ? null : true);
        }
    }

    @Schema(name = "Lookup")
    record Lookup(
            String username,

            @Schema(
                    description = "How current this node's registry is; 'not found' is final only when it is current.",
                    allowableValues = {"current", "catching-up", "isolated"})
            String registryState,

            @Schema(description = "When the registry was last compared with a peer's; null for never.") @Nullable
            Instant comparedAt,

            List<AttestationView> attestations,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The cursor of the next page, if there is one.")
            @Nullable
            String next) {}

    @Schema(name = "Profile")
    record Profile(String username, @JsonUnwrapped AttestationView attestation) {}

    @Schema(name = "ProfilePage")
    record ProfilePage(
            @Schema(
                    description = "How current this node's registry is.",
                    allowableValues = {"current", "catching-up", "isolated"})
            String registryState,

            @Schema(description = "When the registry was last compared with a peer's; null for never.") @Nullable
            Instant comparedAt,

            List<Profile> profiles,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The cursor of the next page, if there is one.")
            @Nullable
            String next) {

        static ProfilePage of(RegistryState.Snapshot state, List<Listed> listed, @Nullable String next, Instant now) {
            return new ProfilePage(
                    state.completeness().text(),
                    state.comparedAt().orElse(null),
                    listed.stream()
                            .map(profile ->
                                    new Profile(profile.username(), AttestationView.of(profile.attestation(), now)))
                            .toList(),
                    next);
        }
    }

    @Schema(name = "PublishedProfile")
    record Published(
            Profile profile,

            @JsonRawValue
            @Schema(
                    types = "object",
                    additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
                    description = "The W3C verifiable credential (VCDM 2.0, eddsa-jcs-2022).")
            @Nullable
            String credential) {}

    @Schema(name = "RevokedProfile")
    record Revoked(Profile profile) {}

    @Schema(name = "KnownIssuer")
    record IssuerView(
            String id,
            String name,
            @Nullable String didWeb,

            @Schema(allowableValues = {"trusted", "known", "forked"})
            String trust,

            @Schema(
                    description =
                            "Of the last event of its log that is held here; null where the log has forked at its very first event.")
            @Nullable
            Long sequence,

            @Schema(description = "SHA-256 of that event, hexadecimal.") @Nullable
            String headHash,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The sequence at which there are two events, while the log is forked.")
            @Nullable
            Long forkedAt) {

        static IssuerView of(KnownIssuer issuer) {
            return new IssuerView(
                    issuer.id().did(),
                    issuer.name(),
                    issuer.didWeb().orElse(null),
                    Views.trust(issuer.trust(), issuer.frozenAt().isPresent()),
                    issuer.head().map(LogHead::sequence).orElse(null),
                    issuer.head().map(head -> head.hash().hex()).orElse(null),
                    issuer.frozenAt().orElse(null));
        }
    }

    @Schema(name = "Issuers")
    record Issuers(
            List<IssuerView> issuers,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The cursor of the next page, if there is one.")
            @Nullable
            String next) {}
}
