package dev.grapevine.node.credential.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.node.credential.Check;
import dev.grapevine.node.credential.Problem;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a verification came out.
 *
 * @param checks every check; null where the caller does not want them
 * @param problemDetails everything that is wrong; null where the caller does not want it
 * @param credential null unless the caller wants it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "VerifyCredentialResponse", description = "How the verification came out.")
record VerifyCredentialResponse(
        @Schema(description = "Whether the credential can be relied on: no check failed.")
        boolean verified,

        @Schema(description = "Every check and how it came out.") @Nullable
        List<Check> checks,

        @Schema(description = "Everything that is wrong; empty if nothing is.") @Nullable
        List<Problem> problemDetails,

        @Schema(description = "The credential as it was verified, if asked for.", types = "object") @Nullable
        JsonNode credential) {

    static VerifyCredentialResponse of(
            VerificationResult result, VerifyCredentialOptions options, @Nullable JsonNode credential) {
        return new VerifyCredentialResponse(
                result.verified(),
                options.returnResults() ? result.checks() : null,
                options.returnProblemDetails() ? result.problems() : null,
                options.returnCredential() && credential != null && credential.isObject() ? credential : null);
    }
}
