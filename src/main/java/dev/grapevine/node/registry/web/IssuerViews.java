package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Registry.KnownFork;
import dev.grapevine.node.registry.Registry.KnownIssuer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One issuer with the forks of its log, as it stands in JSON. */
final class IssuerViews {

    private IssuerViews() {}

    @Schema(name = "IssuerDetails")
    record Details(
            @JsonUnwrapped Views.IssuerView issuer,

            @Schema(description = "Where its log has forked, the lowest first; one at the most is not recovered.")
            List<Fork> forks) {

        static Details of(KnownIssuer issuer, List<KnownFork> forks) {
            return new Details(
                    Views.IssuerView.of(issuer), forks.stream().map(Fork::of).toList());
        }
    }

    @Schema(name = "Fork", description = "Two events in one place of one log, both signed by the issuer.")
    record Fork(
            long sequence,

            @Schema(description = "SHA-256 of the last event before them, hexadecimal; null where they are the first.")
            @Nullable
            String previous,

            @Schema(description = "When this node came to know it.")
            Instant foundAt,

            @Schema(description = "The two events, the one with the lower hash first.")
            List<Event> events,

            @Schema(
                    description =
                            "The event, signed by the recovery key, that says which branch stands; null until there is one.")
            @Nullable
            Event recovery,

            @Schema(
                    description =
                            "Whether a recovery can end it: not where two beginnings of the log name two recovery keys.")
            boolean recoverable) {

        static Fork of(KnownFork fork) {
            return new Fork(
                    fork.proof().sequence(),
                    fork.proof().previous().map(Hash::hex).orElse(null),
                    fork.foundAt(),
                    List.of(
                            Event.of(fork.proof().one().event()),
                            Event.of(fork.proof().other().event())),
                    fork.recovery().map(Event::of).orElse(null),
                    !fork.proof().isFinal());
        }
    }

    @Schema(name = "LogEvent", description = "An event of an issuer's log.")
    record Event(
            @Schema(description = "SHA-256 of its payload, hexadecimal.")
            String hash,

            long sequence,
            Instant occurredAt,

            @Schema(
                    description = "What it changes.",
                    allowableValues = {
                        "issuer-described",
                        "published",
                        "updated",
                        "revoked",
                        "erased",
                        "key-rotated",
                        "unknown"
                    })
            String change,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(description = "Whom it is about.") @Nullable
            UUID profileId,

            @Schema(description = "The key that the envelope names, as a did:key.")
            String signer,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The key that signs from the next event on, as a did:key.")
            @Nullable
            String newKey,

            @Schema(
                    description =
                            "The signed envelope (libp2p RFC 0002) in base64, so that anybody can check the signature.")
            String envelope) {

        static Event of(SignedEvent event) {
            Change change = event.event().change();
            return new Event(
                    event.hash().hex(),
                    event.sequence(),
                    Instant.ofEpochMilli(event.event().occurredAtMillis()),
                    name(change),
                    change instanceof Change.OfProfile ofProfile ? ofProfile.profileId() : null,
                    new IssuerId(event.signer()).did(),
                    change instanceof Change.KeyRotated rotated ? new IssuerId(rotated.newKey()).did() : null,
                    Base64.getEncoder().encodeToString(event.encoded()));
        }

        private static String name(Change change) {
            return switch (change) {
                case Change.IssuerDescribed described -> "issuer-described";
                case Change.Published published -> "published";
                case Change.Updated updated -> "updated";
                case Change.Revoked revoked -> "revoked";
                case Change.Erased erased -> "erased";
                case Change.KeyRotated rotated -> "key-rotated";
                case Change.Unknown unknown -> "unknown";
            };
        }
    }
}
