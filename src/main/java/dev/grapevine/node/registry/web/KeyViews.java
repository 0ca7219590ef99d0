package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.IssuerKey;
import dev.grapevine.node.registry.KeyRecovery;
import dev.grapevine.node.registry.KeyTakeover;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The signing keys of issuers, as the API shows them. */
final class KeyViews {

    static final String ROTATE_EXAMPLE = """
            {"replaces": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}""";

    static final String PREPARE_EXAMPLE = """
            {"at": 0}""";

    static final String RECOVER_EXAMPLE = """
            {"event": "CiQIARIg"}""";

    private static final String DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

    private KeyViews() {}

    @Schema(name = "IssuerKeys")
    record IssuerKeys(
            @Schema(example = DID) String issuer,

            List<IssuerKeyView> keys,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "from of the next page, if there is one.")
            @Nullable
            Long next) {

        static IssuerKeys of(String issuer, Registry.Keys page) {
            return new IssuerKeys(
                    issuer, page.keys().stream().map(IssuerKeyView::of).toList(), nullable(page.next()));
        }
    }

    @Schema(name = "IssuerKey")
    record IssuerKeyView(
            @Schema(example = DID) String key,

            @Schema(description = "As it stands in credentials that it has signed.", example = DID + "#z6Mk…")
            String verificationMethod,

            @Schema(description = "The first sequence that it may have signed.")
            long from,

            @Schema(description = "The last one, where another key took over; null for the key in force.") @Nullable
            Long to,

            @Schema(
                    description =
                            "What made it the key: first, it began the log; rotation, its predecessor signed it over;"
                                    + " recovery, the recovery key did.",
                    allowableValues = {"first", "rotation", "recovery"})
            String by) {

        static IssuerKeyView of(IssuerKey key) {
            return new IssuerKeyView(
                    DidKey.encode(key.key()),
                    DidKey.verificationMethod(key.key()),
                    key.from(),
                    nullable(key.to()),
                    key.predecessor().isEmpty() ? "first" : key.recovered() ? "recovery" : "rotation");
        }
    }

    @Schema(name = "OwnIssuerKey")
    record OwnKey(
            @Schema(description = "The issuer's id, for ever.", example = DID)
            String issuer,

            @Schema(description = "The key that the log says is in force.", example = DID)
            String key,

            @Schema(description = "Whether this instance has it, and so may publish.")
            boolean here,

            @Schema(description = "Whether this instance's key file is encrypted.")
            boolean encrypted,

            @Schema(description = "SHA-256 of the recovery key, hexadecimal; fixed at sequence 0.")
            String recoveryKeyDigest,

            @Schema(description = "Of the last event of the log here.")
            long sequence) {

        static OwnKey of(Registry.KnownIssuer issuer, dev.grapevine.node.identity.IssuerKeys keys) {
            LogHead head = issuer.head().orElseThrow();
            PublicKey inForce = head.keys().current();
            return new OwnKey(
                    issuer.id().did(),
                    DidKey.encode(inForce),
                    keys.inForce(inForce).isPresent(),
                    keys.isEncrypted(),
                    head.keys().recoveryKeyDigest().orElseThrow().hex(),
                    head.sequence());
        }
    }

    @Schema(name = "RotateIssuerKey", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Rotate(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The key in force, which is to be rotated.",
                    example = DID)
            String replaces) {}

    @Schema(name = "RotatedIssuerKey")
    record Rotated(
            @Schema(description = "The key in force.", example = DID)
            String key,

            @Schema(description = "Of the event that says so.")
            long sequence,

            @Schema(description = "False where it had been rotated before.")
            boolean rotated) {

        static Rotated of(KeyTakeover rotation) {
            return new Rotated(DidKey.encode(rotation.key()), rotation.sequence(), rotation.isNew());
        }
    }

    @Schema(name = "PrepareKeyRecovery", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record PrepareRecovery(
            @Schema(
                    description =
                            "The last event that stands; without it the last one that this node has. What comes after it is"
                                    + " of no effect from the recovery on, but for revocations and erasures.",
                    minimum = "0")
            @Nullable
            Long at) {}

    @Schema(name = "PreparedKeyRecovery")
    record PreparedRecovery(
            @Schema(description = "The issuer's id, for ever.", example = DID)
            String issuer,

            @Schema(description = "Part of what is signed.") String network,

            @Schema(description = "The place of the event to be signed.")
            long sequence,

            @Schema(description = "The new key.", example = DID)
            String key,

            @Schema(description = "The last event that this node has; those from sequence up to it fall.")
            long last,

            @Schema(description = "The ProfileEvent to be signed, in base64.", format = "byte")
            String event) {

        static PreparedRecovery of(KeyRecovery.Prepared prepared) {
            return new PreparedRecovery(
                    prepared.issuer().did(),
                    prepared.network(),
                    prepared.sequence(),
                    DidKey.encode(prepared.newKey()),
                    prepared.lastHeld(),
                    Base64.getEncoder().encodeToString(prepared.payload()));
        }
    }

    @Schema(name = "RecoverIssuerKey", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Recover(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "The envelope with the recovery key's signature (docs/wire.md), in base64.",
                    format = "byte")
            String event) {}

    private static @Nullable Long nullable(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
