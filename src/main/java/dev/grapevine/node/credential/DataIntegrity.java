package dev.grapevine.node.credential;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What all Data Integrity proofs share. */
final class DataIntegrity {

    static final String PROOF_TYPE = "DataIntegrityProof";

    private DataIntegrity() {}

    /** vc-di-eddsa section 3.3.4, vc-di-ecdsa section 3.3.4. */
    static byte[] hashData(byte[] canonicalProofConfig, byte[] canonicalDocument, String hash) {
        byte[] first = digest(canonicalProofConfig, hash);
        byte[] second = digest(canonicalDocument, hash);
        byte[] hashes = new byte[first.length + second.length];
        System.arraycopy(first, 0, hashes, 0, first.length);
        System.arraycopy(second, 0, hashes, first.length, second.length);
        return hashes;
    }

    static byte[] sha256(byte[] bytes) {
        return digest(bytes, "SHA-256");
    }

    /** @param hash Java's name of it */
    static byte[] digest(byte[] bytes, String hash) {
        try {
            return MessageDigest.getInstance(hash).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + hash, e);
        }
    }

    /** The values of an array; anything else is its own only value. */
    static List<JsonNode> values(JsonNode json) {
        List<JsonNode> values = new ArrayList<>();
        if (json.isArray()) {
            json.forEach(values::add);
        } else {
            values.add(json);
        }
        return values;
    }

    static ObjectNode copyWithout(ObjectNode json, String property) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(json);
        copy.remove(property);
        return copy;
    }
}
