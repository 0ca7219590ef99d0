package dev.grapevine.node.credential.web;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the API description says of the body; the body itself is read strictly, see {@link RequestReader}. */
@Schema(name = "CreatePresentationRequest", description = "A presentation to sign.")
record ProvePresentationRequest(
        @Schema(
                description =
                        "A W3C presentation (data model 2.0, or 1.1 for a Data Integrity proof) without a proof, or the"
                                + " envelope of an SD-JWT credential. Without a holder, this node's issuer is put in.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = "object",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        Object presentation,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
        ProvePresentationOptions options) {

    static final String EXAMPLE = """
            {
             "presentation": {
              "@context": ["https://www.w3.org/ns/credentials/v2"],
              "type": ["VerifiablePresentation"]
             },
             "options": {
              "domain": "shop.example",
              "challenge": "6e62f66e-67de-11eb-b490-ef3eeefa55f2"
             }
            }""";

    /** Those of the VC-API that this node has a choice in. */
    @Schema(name = "PresentCredentialOptions", description = "How the presentation is signed.")
    record ProvePresentationOptions(
            @Schema(
                    description =
                            "What it becomes: a presentation with a Data Integrity proof, or a JWT or an SD-JWT with key binding in an"
                                    + " envelope, with domain as aud and challenge as nonce.",
                    allowableValues = {"application/vp", "application/vp+jwt", "application/dc+sd-jwt"},
                    defaultValue = "application/vp",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String mediaType,

            @Schema(
                    description = "By what a Data Integrity proof is made.",
                    allowableValues = {"eddsa-jcs-2022", "eddsa-rdfc-2022", "ecdsa-jcs-2019", "ecdsa-rdfc-2019"},
                    defaultValue = "eddsa-jcs-2022",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String cryptosuite,

            @Schema(
                    description =
                            "On which curve the key of an ECDSA proof is. The proofs of eddsa-* are by Ed25519, which alone may be named"
                                    + " for them.",
                    allowableValues = {"P-256", "P-384", "Ed25519"},
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            @Nullable
            String curve,

            @Schema(
                    description = "By what a JWT is signed.",
                    allowableValues = {"EdDSA", "ES256", "ES384"},
                    defaultValue = "EdDSA",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String alg,

            @Schema(
                    description = "Of an SD-JWT: which of the hidden claims the verifier is to see, as JSON Pointers.",
                    example = "[\"/address/street\"]",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            List<String> disclosed,

            @Schema(description = "For which verifier.", requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            String domain,

            @Schema(description = "What that verifier has asked for.", requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            @Nullable
            String challenge) {}

    /** What the VC-API answers. */
    @Schema(name = "CreatePresentationResponse", description = "The presentation that was signed.")
    record Response(
            @Schema(
                    description =
                            "The presentation with its proof, or an EnvelopedVerifiablePresentation around its JWT.",
                    types = "object")
            JsonNode verifiablePresentation) {}
}
