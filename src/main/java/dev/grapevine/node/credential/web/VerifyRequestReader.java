package dev.grapevine.node.credential.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.Problem;
import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import tools.jackson.databind.JsonNode;

/**
 * Reads the body of a request to verify. Not by the framework: that would drop what a proof may cover, digits of numbers
 * and the second of two equal keys.
 */
final class VerifyRequestReader {

    private VerifyRequestReader() {}

    /** What a body holds. */
    sealed interface Body {

        /** A request, as it should be. */
        record Request(JsonNode credential, VerifyCredentialOptions options) implements Body {}

        /** Something else. */
        record Unreadable(Problem problem) implements Body {}
    }

    static Body read(byte[] json) {
        JsonNode request;
        try {
            request = CredentialJson.parse(json);
        } catch (MalformedException e) {
            return new Body.Unreadable(Problem.parsing(String.valueOf(e.getMessage())));
        }
        JsonNode credential = request.path("verifiableCredential");
        if (credential.isMissingNode()) {
            return new Body.Unreadable(Problem.malformed("verifiableCredential", "is missing"));
        }
        JsonNode options = request.path("options");
        boolean returnCredential = VerifyCredentialOptions.DEFAULT.returnCredential();
        boolean returnResults = VerifyCredentialOptions.DEFAULT.returnResults();
        boolean returnProblemDetails = VerifyCredentialOptions.DEFAULT.returnProblemDetails();
        for (var option : options.properties()) {
            if (!option.getValue().isBoolean()) {
                return new Body.Unreadable(
                        Problem.malformed("options." + option.getKey(), "is neither true nor false"));
            }
            boolean value = option.getValue().booleanValue();
            switch (option.getKey()) {
                case "returnCredential" -> returnCredential = value;
                case "returnResults" -> returnResults = value;
                case "returnProblemDetails" -> returnProblemDetails = value;
                default -> {
                    return new Body.Unreadable(Problem.unknownOption("this node knows no option " + option.getKey()));
                }
            }
        }
        return new Body.Request(
                credential, new VerifyCredentialOptions(returnCredential, returnResults, returnProblemDetails));
    }
}
