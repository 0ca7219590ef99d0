package dev.grapevine.node.registry.web;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the API description says of request bodies; they are read strictly, see {@link ProfileReader}. */
final class Requests {

    private Requests() {}

    static final String EXAMPLE = """
            {"username": "ada", "displayName": "Ada Lovelace",
             "claims": {"birthDate": "1815-12-10"}, "publicClaims": {"degree": "BSc Mathematics"},
             "evidence": ["passport seen"], "visibility": "private"}""";

    static final String REVOKE_EXAMPLE = """
            {"reason": "left the university"}""";

    static final String NDJSON_EXAMPLE = """
            {"username": "ada", "displayName": "Ada Lovelace", "publicClaims": {"degree": "BSc"}}
            {"username": "grace", "displayName": "Grace Hopper"}
            """;

    static final String CSV_EXAMPLE = """
            username,displayName,publicClaims.degree,claims.birthDate
            ada,Ada Lovelace,BSc,1815-12-10
            grace,Grace Hopper,PhD,1906-12-09
            """;

    static final String LOOKUP_EXAMPLE = """
            {"usernames": ["ada", "grace"]}""";

    @Schema(name = "PublishProfile", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Publish(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    pattern = "^[a-z0-9][a-z0-9._-]{0,63}$",
                    description = "Unique at this issuer. PUT takes it from the path.")
            String username,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, maxLength = 256)
            String displayName,

            @Schema(description = "A URI of the person, such as a DID of theirs.", maxLength = 1024) @Nullable
            String subject,

            @Schema(description = "For the credential alone; the network never sees them.") @Nullable
            Map<String, Object> claims,

            @Schema(description = "For the credential and for everybody.") @Nullable
            Map<String, Object> publicClaims,

            @Schema(description = "How it was found out: sentences, or objects with a type. For the credential alone.")
            @Nullable
            List<Object> evidence,

            @Schema(
                    description = "Whether other nodes may hand out the credential.",
                    allowableValues = {"public", "private"},
                    defaultValue = "private")
            @Nullable
            String visibility,

            @Nullable Instant validUntil) {}

    @Schema(name = "RevokeProfile", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Revoke(
            @Schema(description = "Public and permanent: no personal data.", maxLength = 512) @Nullable
            String reason) {}

    @Schema(name = "LookupProfiles", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Lookup(
            @ArraySchema(
                    arraySchema = @Schema(requiredMode = Schema.RequiredMode.REQUIRED),
                    maxItems = LookupController.MAX_USERNAMES)
            List<String> usernames) {}
}
