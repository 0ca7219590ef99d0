package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.IssuedCredentials;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API description says of the body; the body itself is read strictly, see {@link RequestReader}. */
@Schema(name = "IssueCredentialRequest", description = "A credential to issue.")
record IssueCredentialRequest(
        @Schema(
                description =
                        "A W3C credential (data model 2.0, or 1.1 for a Data Integrity proof and without a status) without a proof, or the claims of an SD-JWT. Without an issuer,"
                                + " this node's is put in.",
                requiredMode = Schema.RequiredMode.REQUIRED,
                types = "object",
                additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
        Object credential,

        @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
        IssueCredentialOptions options) {

    static final String EXAMPLE = """
            {
             "credential": {
              "@context": [
               "https://www.w3.org/ns/credentials/v2",
               "https://www.w3.org/ns/credentials/examples/v2"
              ],
              "id": "urn:uuid:0fc754bc-fc32-46a0-aec1-a5ef385e7ea0",
              "type": ["VerifiableCredential", "LibraryCard"],
              "validFrom": "2026-05-01T10:00:00Z",
              "credentialSubject": {
               "id": "did:key:z6MkqMfN6zoMW8EZqpiSBZKZ39jhXyuhv4QzLbB8sWpsbkLP",
               "number": "4711"
              }
             },
             "options": {
              "cryptosuite": "eddsa-rdfc-2022"
             }
            }""";

    /** Of the VC-API, and the choice of the suite, which it leaves to the issuer. */
    @Schema(name = "IssueCredentialOptions", description = "How the credential is signed.")
    record IssueCredentialOptions(
            @Schema(
                    description =
                            "What it becomes: a credential with a Data Integrity proof, or a JWT or SD-JWT in an envelope.",
                    allowableValues = {"application/vc", "application/vc+jwt", "application/dc+sd-jwt"},
                    defaultValue = "application/vc",
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
                    description = "By what a JWT or SD-JWT is signed.",
                    allowableValues = {"EdDSA", "ES256", "ES384"},
                    defaultValue = "EdDSA",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            String alg,

            @Schema(
                    description = "Of an SD-JWT: what its holder may keep back, as JSON Pointers.",
                    example = "[\"/address/street\"]",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            List<String> disclosable,

            @Schema(
                    description = "By which the credential is found later, where it has no id of its own.",
                    maxLength = IssuedCredentials.MAX_ID_CHARS,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            @Nullable
            String credentialId) {}
}
