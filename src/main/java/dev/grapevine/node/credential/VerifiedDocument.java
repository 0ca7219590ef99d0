package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A credential that was verified.
 *
 * @param document what verifying it has opened; empty where there was nothing to open
 */
record VerifiedDocument(VerificationResult result, ObjectNode document) {

    /** Of what could not be opened. */
    static VerifiedDocument unopened(VerificationResult result) {
        return new VerifiedDocument(result, JsonNodeFactory.instance.objectNode());
    }

    /**
     * Reads a credential that was loaded. Data Integrity proofs are inside of the document; a JWT is put into the envelope that its
     * credential would have.
     *
     * @throws MalformedException where it is neither
     */
    static JsonNode read(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == 'e') {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("@context", Vocabulary.VCDM)
                    .put("id", "data:application/vc+jwt," + new String(bytes, StandardCharsets.US_ASCII).strip())
                    .put("type", "EnvelopedVerifiableCredential");
        }
        return CredentialJson.parse(bytes);
    }
}
