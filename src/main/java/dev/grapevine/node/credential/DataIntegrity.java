package dev.grapevine.node.credential;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Data Integrity proofs with the cryptosuite eddsa-jcs-2022 (vc-di-eddsa section 3.3). */
final class DataIntegrity {

    static final String CRYPTOSUITE = "eddsa-jcs-2022";

    private static final int SIGNATURE_BYTES = 64;

    private DataIntegrity() {}

    /** vc-di-eddsa section 3.3.4: hash of the canonical proof configuration, then hash of the canonical document. */
    static byte[] hashData(byte[] canonicalProofConfig, byte[] canonicalDocument) {
        byte[] hashes = new byte[64];
        System.arraycopy(sha256(canonicalProofConfig), 0, hashes, 0, 32);
        System.arraycopy(sha256(canonicalDocument), 0, hashes, 32, 32);
        return hashes;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Verifies one proof of a document (vc-di-eddsa section 3.3.2).
     *
     * @param document without its proofs
     * @param now by which a proof must not have expired
     * @param latestCreated when a proof may have been made at the latest
     * @return what is wrong; empty if nothing is
     */
    static List<Problem> verify(ObjectNode document, JsonNode proof, Instant now, Instant latestCreated) {
        List<Problem> problems = new ArrayList<>();
        if (!(proof instanceof ObjectNode proofObject)) {
            return List.of(Problem.malformed("proof", "is not an object"));
        }
        checkSuite(proofObject, problems);
        checkTimes(proofObject, now, latestCreated, problems);
        PublicKey key = verificationMethod(proofObject, problems);
        byte[] signature = signature(proofObject, problems);
        if (problems.isEmpty() && key != null && signature != null) {
            checkSignature(document, proofObject, key, signature, problems);
        }
        return problems;
    }

    /** The key that a proof names, if it is a {@code did:key}; else null. */
    static @Nullable PublicKey verificationMethod(JsonNode proof, List<Problem> problems) {
        JsonNode method = proof.path("verificationMethod");
        if (!method.isString()) {
            problems.add(Problem.malformed("proof.verificationMethod", "is not text"));
            return null;
        }
        try {
            return DidKey.parseVerificationMethod(method.stringValue());
        } catch (MalformedException e) {
            problems.add(Problem.verificationMethod(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static void checkSuite(ObjectNode proof, List<Problem> problems) {
        if (!is(proof, "type", "DataIntegrityProof")) {
            problems.add(Problem.proof(
                    "unsupported type of proof: " + proof.path("type") + "; this node verifies DataIntegrityProof"));
        } else if (!is(proof, "cryptosuite", CRYPTOSUITE)) {
            problems.add(Problem.proof(
                    "unsupported cryptosuite: " + proof.path("cryptosuite") + "; this node verifies " + CRYPTOSUITE));
        }
        if (!is(proof, "proofPurpose", "assertionMethod")) {
            problems.add(Problem.proof("proofPurpose is not assertionMethod: " + proof.path("proofPurpose")));
        }
        if (proof.has("previousProof")) {
            problems.add(Problem.proof("this node verifies no chains of proofs (previousProof)"));
        }
    }

    private static void checkTimes(ObjectNode proof, Instant now, Instant latestCreated, List<Problem> problems) {
        Instant created = time(proof, "created", problems);
        if (created != null && created.isAfter(latestCreated)) {
            problems.add(Problem.proof("proof was created in the future: " + created));
        }
        Instant expires = time(proof, "expires", problems);
        if (expires != null && !now.isBefore(expires)) {
            problems.add(Problem.proof("proof has expired: " + expires));
        }
    }

    private static @Nullable Instant time(ObjectNode proof, String property, List<Problem> problems) {
        JsonNode value = proof.get(property);
        if (value == null) {
            return null;
        }
        Instant time = DateTimes.parse(value);
        if (time == null) {
            problems.add(Problem.malformed("proof." + property, "is not a date and time with an offset"));
        }
        return time;
    }

    private static byte @Nullable [] signature(ObjectNode proof, List<Problem> problems) {
        JsonNode value = proof.path("proofValue");
        if (!value.isString() || !value.stringValue().startsWith("z")) {
            problems.add(Problem.malformed("proof.proofValue", "is not multibase text in base58btc"));
            return null;
        }
        try {
            byte[] signature = Multibase.decode(value.stringValue());
            if (signature.length == SIGNATURE_BYTES) {
                return signature;
            }
            problems.add(Problem.malformed("proof.proofValue", "has " + signature.length + " bytes instead of 64"));
        } catch (MalformedException e) {
            problems.add(Problem.malformed("proof.proofValue", String.valueOf(e.getMessage())));
        }
        return null;
    }

    private static void checkSignature(
            ObjectNode document, ObjectNode proof, PublicKey key, byte[] signature, List<Problem> problems) {
        ObjectNode proofConfig = copyWithout(proof, "proofValue");
        ObjectNode unsecured = document;
        JsonNode proofContext = proof.get("@context");
        if (proofContext != null) {
            // step 4: the document's context may have grown since, but only at its end
            if (!startsWith(document.path("@context"), proofContext)) {
                problems.add(Problem.proof("the document's @context does not start with the proof's"));
                return;
            }
            unsecured = copyWithout(document, "@context");
            unsecured.set("@context", proofContext);
        }
        byte[] hashData = hashData(utf8(Jcs.canonical(proofConfig)), utf8(Jcs.canonical(unsecured)));
        if (!key.verify(hashData, signature)) {
            problems.add(Problem.cryptographic(
                    "the signature does not fit the document: one of them was changed, or another key signed"));
        }
    }

    private static boolean startsWith(JsonNode context, JsonNode start) {
        List<JsonNode> all = values(context);
        List<JsonNode> first = values(start);
        return first.size() <= all.size() && all.subList(0, first.size()).equals(first);
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

    private static boolean is(ObjectNode proof, String property, String value) {
        JsonNode actual = proof.path(property);
        return actual.isString() && actual.stringValue().equals(value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
