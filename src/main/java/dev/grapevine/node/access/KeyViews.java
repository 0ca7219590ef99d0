package dev.grapevine.node.access;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys as the API shows them and takes them. */
final class KeyViews {

    private KeyViews() {}

    static final String EXAMPLE = """
            {"name": "enrolment office", "roles": ["issuer"], "expires": "P90D"}""";

    /** What the description says of the body; {@link NewKeyReader} reads it. */
    @Schema(name = "NewKey", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record New(
            @Schema(description = "What people call it.", maxLength = NewKey.MAX_NAME_CHARS) @Nullable
            String name,

            @ArraySchema(
                    arraySchema =
                            @Schema(
                                    requiredMode = Schema.RequiredMode.REQUIRED,
                                    description = "issuer and operator may all that reader may; operator does not"
                                            + " include issuer."),
                    schema = @Schema(allowableValues = {"reader", "issuer", "operator"}),
                    minItems = 1)
            List<String> roles,

            @Schema(
                    description =
                            "A date and time (2030-01-31T12:00:00Z), or how long from now (P90D, PT12H). Without it the"
                                    + " key works until it is revoked.")
            @Nullable
            String expires) {}

    /** All keys. */
    @Schema(name = "Keys")
    record Keys(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<Key> keys) {}

    /** One key. */
    @Schema(name = "Key")
    record Key(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "The start of the key's SHA-256, or \"configured\" for the one in the node's settings.")
            String id,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            String name,

            @ArraySchema(
                    arraySchema = @Schema(requiredMode = Schema.RequiredMode.REQUIRED),
                    schema = @Schema(allowableValues = {"reader", "issuer", "operator"}))
            List<String> roles,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"valid", "expired", "revoked"})
            String status,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            Instant created,

            @Nullable Instant expires,

            @Schema(description = "To the minute.") @Nullable
            Instant lastUsed,

            @Nullable Instant revoked) {

        static Key of(ApiKey key, Instant now) {
            return new Key(
                    key.id(),
                    key.name(),
                    key.roleTexts(),
                    key.revoked() != null ? "revoked" : key.hasExpired(now) ? "expired" : "valid",
                    key.created(),
                    key.expires(),
                    key.lastUsed(),
                    key.revoked());
        }
    }

    /** A key that was just made. */
    @Schema(name = "MadeKey")
    record Made(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "The secret. It is shown this once.")
            String secret,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            Key key) {}
}
