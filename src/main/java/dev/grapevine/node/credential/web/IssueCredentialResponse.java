package dev.grapevine.node.credential.web;

import io.swagger.v3.oas.annotations.media.Schema;
import tools.jackson.databind.JsonNode;

/** A credential that was issued. */
@Schema(name = "IssueCredentialResponse", description = "The credential that was issued.")
record IssueCredentialResponse(
        @Schema(
                description =
                        "The credential with its proof, or an EnvelopedVerifiableCredential around its JWT or SD-JWT.",
                types = "object")
        JsonNode verifiableCredential) {}
