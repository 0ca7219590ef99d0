package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the API description says of the body; the body itself is read strictly, see {@link RequestReader}. */
@Schema(name = "VerifyPresentationRequest", description = "A presentation to verify.")
record VerifyPresentationRequest(
        @Schema(
                description = "A W3C verifiable presentation (data model 2.0 or 1.1) with Data Integrity proofs, or an"
                        + " EnvelopedVerifiablePresentation of application/vp+jwt.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = "object",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        Object verifiablePresentation,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
        VerifyPresentationOptions options) {

    /** The options of the VC-API. */
    @Schema(
            name = "VerifyPresentationOptions",
            description = "What the presentation must be made for, and the answer's form.")
    record VerifyPresentationOptions(
            @Schema(
                    description =
                            "Where the verifier is: what the proof must have as its domain. Without it: anything.",
                    example = "shop.example",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            @Nullable
            String domain,

            @Schema(
                    description =
                            "What the verifier gave the holder for this time. Without it, a presentation that was shown"
                                    + " before is not told from a new one.",
                    example = "6e62f66e-67de-11eb-b490-ef3eeefa55f2",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            @Nullable
            String challenge,

            @Schema(
                    description = "Whether the answer holds the presentation itself.",
                    defaultValue = "false",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnPresentation,

            @Schema(
                    description = "Whether the answer lists the checks.",
                    defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnResults,

            @Schema(
                    description = "Whether the answer lists everything that is wrong.",
                    defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean returnProblemDetails,

            @Schema(
                    description = VerifyCredentialOptions.STATUS_UNAVAILABLE,
                    allowableValues = {"fail", "report"},
                    defaultValue = "fail",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String statusUnavailable,

            @Schema(
                    description = VerifyCredentialOptions.SCHEMA_UNAVAILABLE,
                    allowableValues = {"fail", "report"},
                    defaultValue = "fail",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String schemaUnavailable) {

        static final VerifyPresentationOptions DEFAULT = new VerifyPresentationOptions(
                null, null, false, true, true, VerifyCredentialOptions.FAIL, VerifyCredentialOptions.FAIL);

        /** Of each credential what is wanted of one that is verified by itself. */
        VerifyCredentialOptions ofEachCredential() {
            return new VerifyCredentialOptions(
                    false,
                    returnResults,
                    returnProblemDetails,
                    VerifyCredentialOptions.DEFAULT.checks(),
                    statusUnavailable,
                    schemaUnavailable);
        }
    }
}
