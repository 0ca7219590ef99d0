package dev.grapevine.node.credential.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.node.credential.Check;
import dev.grapevine.node.credential.PresentationVerifier;
import dev.grapevine.node.credential.Problem;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import dev.grapevine.node.credential.web.VerifyPresentationRequest.VerifyPresentationOptions;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a presentation's verification came out.
 *
 * @param checks of the presentation itself; null where the caller does not want them
 * @param credentials of each of its credentials; null where the caller does not want them
 * @param problemDetails everything that is wrong; null where the caller does not want it
 * @param presentation null unless the caller wants it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "VerifyPresentationResponse", description = "How the verification came out.")
record VerifyPresentationResponse(
        @Schema(description = "Whether all of it can be relied on: no check failed.")
        boolean verified,

        @Schema(description = "Every check of the presentation itself and how it came out.") @Nullable
        List<Check> checks,

        @Schema(description = "How each credential in it came out, in their order.") @Nullable
        List<VerifyCredentialResponse> credentials,

        @Schema(description = "Everything that is wrong, with the credentials too; empty if nothing is.") @Nullable
        List<Problem> problemDetails,

        @Schema(description = "The presentation as it was verified, if asked for.", types = "object") @Nullable
        JsonNode presentation) {

    static VerifyPresentationResponse of(
            PresentationVerifier.Result result, VerifyPresentationOptions options, @Nullable JsonNode presentation) {
        VerifyCredentialOptions each = options.ofEachCredential();
        List<Problem> problems = Stream.concat(Stream.of(result.presentation()), result.credentials().stream())
                .map(VerificationResult::problems)
                .flatMap(List::stream)
                .toList();
        return new VerifyPresentationResponse(
                result.verified(),
                options.returnResults() ? result.presentation().checks() : null,
                options.returnResults()
                        ? result.credentials().stream()
                                .map(credential -> VerifyCredentialResponse.of(credential, each, null))
                                .toList()
                        : null,
                options.returnProblemDetails() ? problems : null,
                options.returnPresentation() && presentation != null && presentation.isObject() ? presentation : null);
    }
}
