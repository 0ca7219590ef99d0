package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.Check;
import dev.grapevine.node.credential.CredentialVerifier;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the API description says of the body; the body itself is read strictly, see {@link RequestReader}. */
@Schema(name = "VerifyCredentialRequest", description = "A credential to verify.")
record VerifyCredentialRequest(
        @Schema(
                description = "A W3C verifiable credential (data model 2.0 or 1.1) with Data Integrity proofs, or an"
                        + " EnvelopedVerifiableCredential of application/vc+jwt.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = "object",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        Object verifiableCredential,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
        VerifyCredentialOptions options) {

    /** The options of the VC-API; {@code checks} is from an earlier draft of it, and what its test suites send. */
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
            boolean returnProblemDetails,

            @Schema(
                    description =
                            "Which of the checks validity, status, schema and registry are carried out besides all others;"
                                    + " the rest is skipped. Without it: all.",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            Set<Check.Name> checks,

            @Schema(
                    description = STATUS_UNAVAILABLE,
                    allowableValues = {"fail", "report"},
                    defaultValue = "fail",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String statusUnavailable,

            @Schema(
                    description = SCHEMA_UNAVAILABLE,
                    allowableValues = {"fail", "report"},
                    defaultValue = "fail",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String schemaUnavailable) {

        static final String STATUS_UNAVAILABLE =
                "What becomes of the check status where a status list is not to be had: fail, or report, by which it has the"
                        + " outcome unavailable and does not keep the credential from being verified.";

        static final String SCHEMA_UNAVAILABLE =
                "What becomes of the check schema where a schema is not to be had, or this node cannot apply it, for it is of another"
                        + " version, refers to other schemas or takes too long: fail, or report, by which it has the outcome"
                        + " unavailable and does not keep the credential from being verified.";

        static final String FAIL = "fail";
        static final String REPORT = "report";

        static final VerifyCredentialOptions DEFAULT =
                new VerifyCredentialOptions(false, true, true, CredentialVerifier.OPTIONAL_CHECKS, FAIL, FAIL);

        CredentialVerifier.Wanted wanted() {
            Set<Check.Name> tolerated = EnumSet.noneOf(Check.Name.class);
            if (statusUnavailable.equals(REPORT)) {
                tolerated.add(Check.Name.STATUS);
            }
            if (schemaUnavailable.equals(REPORT)) {
                tolerated.add(Check.Name.SCHEMA);
            }
            return new CredentialVerifier.Wanted(checks, tolerated);
        }
    }
}
