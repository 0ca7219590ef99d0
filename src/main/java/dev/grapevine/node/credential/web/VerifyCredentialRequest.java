package dev.grapevine.node.credential.web;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the API description says of the body; the body itself is read strictly, see {@link VerifyRequestReader}. */
@Schema(name = "VerifyCredentialRequest", description = "A credential to verify.")
record VerifyCredentialRequest(
        @Schema(
                description = "A W3C verifiable credential (data model 2.0) with a Data Integrity proof.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = "object",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        Object verifiableCredential,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
        VerifyCredentialOptions options) {

    /** The options of the VC-API. */
    @Schema(name = "VerifyCredentialOptions", description = "What the answer holds besides the checks.")
    record VerifyCredentialOptions(
            @Schema(
                    description = "Whether the answer holds the credential itself.",
                    defaultValue = "false",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnCredential,

            @Schema(
                    description = "Whether the answer lists the checks.",
                    defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnResults,

            @Schema(
                    description = "Whether the answer lists everything that is wrong.",
                    defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnProblemDetails) {

        static final VerifyCredentialOptions DEFAULT = new VerifyCredentialOptions(false, true, true);
    }
}
