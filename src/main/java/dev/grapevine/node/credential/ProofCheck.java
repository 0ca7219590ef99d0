package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.jsonld.JsonLdException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Verifies one Data Integrity proof (Data Integrity section 4.4). */
final class ProofCheck {

    private final ObjectNode proof;
    private final List<Problem> problems = new ArrayList<>();

    private ProofCheck(ObjectNode proof) {
        this.proof = proof;
    }

    /**
     * @param document with the proofs that this one builds on, and without all others
     * @param now by which a proof must not have expired
     * @param latestCreated when a proof may have been made at the latest
     * @return what is wrong; empty if nothing is
     */
    static List<Problem> verify(
            ObjectNode document, JsonNode proof, ExpectedProof expected, Instant now, Instant latestCreated) {
        if (!(proof instanceof ObjectNode object)) {
            return List.of(Problem.malformed("proof", "is not an object"));
        }
        ProofCheck check = new ProofCheck(object);
        Cryptosuite suite = check.suite();
        check.checkShape();
        check.checkExpected(expected);
        check.checkTimes(now, latestCreated);
        VerificationMethod method = check.method(expected);
        if (suite != null && method != null) {
            byte[] signature = check.signature(suite, method);
            if (check.problems.isEmpty() && signature != null) {
                check.checkSignature(suite, document, method, signature);
            }
        }
        return check.problems;
    }

    /** The verification method that a proof names, if this node can resolve it. */
    static Optional<VerificationMethod> methodOf(JsonNode proof, ExpectedProof expected) {
        return proof instanceof ObjectNode object
                ? Optional.ofNullable(new ProofCheck(object).method(expected))
                : Optional.empty();
    }

    private @Nullable Cryptosuite suite() {
        if (!isText("type", DataIntegrity.PROOF_TYPE)) {
            add(Problem.proof("unsupported type of proof: " + proof.path("type") + "; this node verifies "
                    + DataIntegrity.PROOF_TYPE));
            return null;
        }
        Optional<Cryptosuite> suite = proof.path("cryptosuite").stringValueOpt().flatMap(Cryptosuite::of);
        if (suite.isEmpty()) {
            add(Problem.proof("unsupported cryptosuite: " + proof.path("cryptosuite") + "; this node verifies "
                    + String.join(", ", Cryptosuite.names())));
        }
        return suite.orElse(null);
    }

    /** Data Integrity section 2.1; what the other checks read they check themselves. */
    private void checkShape() {
        if (proof.has("id") && !ModelRules.isUrl(proof.path("id"))) {
            add(Problem.malformed("proof.id", "is not a URL"));
        }
        for (String property : List.of("challenge", "nonce")) {
            if (proof.has(property) && !proof.path(property).isString()) {
                add(Problem.malformed("proof." + property, "is not text"));
            }
        }
        for (String property : List.of("domain", "previousProof")) {
            if (DataIntegrity.values(proof.path(property)).stream()
                    .anyMatch(value -> !value.isString() && !value.isMissingNode())) {
                add(Problem.malformed("proof." + property, "is neither text nor a set of texts"));
            }
        }
    }

    private void checkExpected(ExpectedProof expected) {
        if (!isText("proofPurpose", expected.purpose())) {
            add(Problem.proof("proofPurpose is not " + expected.purpose() + ": " + proof.path("proofPurpose")));
        }
        expected.domain().ifPresent(domain -> {
            if (!domains().equals(Set.of(domain))) {
                add(Problem.domain("the proof was made for " + proof.path("domain") + ", not for " + domain));
            }
        });
        expected.challenge().ifPresent(challenge -> {
            if (!isText("challenge", challenge)) {
                add(Problem.challenge("the proof was made for another challenge"));
            }
        });
    }

    private Set<String> domains() {
        Set<String> domains = new HashSet<>();
        for (JsonNode domain : DataIntegrity.values(proof.path("domain"))) {
            domains.add(domain.asString(""));
        }
        return domains;
    }

    private void checkTimes(Instant now, Instant latestCreated) {
        Instant created = time("created");
        if (created != null && created.isAfter(latestCreated)) {
            add(Problem.proof("proof was created in the future: " + created));
        }
        Instant expires = time("expires");
        if (expires != null && !now.isBefore(expires)) {
            add(Problem.proof("proof has expired: " + expires));
        }
    }

    private @Nullable Instant time(String property) {
        JsonNode value = proof.get(property);
        if (value == null) {
            return null;
        }
        Instant time = DateTimes.parseLeniently(value);
        if (time == null) {
            add(Problem.malformed("proof." + property, "is not a date and time"));
        }
        return time;
    }

    private @Nullable VerificationMethod method(ExpectedProof expected) {
        JsonNode method = proof.path("verificationMethod");
        if (!method.isString()) {
            add(Problem.proof("verificationMethod is not text: " + method));
            return null;
        }
        try {
            return expected.dids().method(method.stringValue(), expected.purpose());
        } catch (MalformedException e) {
            add(Problem.verificationMethod(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private byte @Nullable [] signature(Cryptosuite suite, VerificationMethod method) {
        if (!suite.takes(method.key().curve())) {
            add(Problem.verificationMethod("a key on " + method.key().curve().jose() + " makes no proofs of " + suite));
            return null;
        }
        JsonNode value = proof.path("proofValue");
        if (!value.isString() || !value.stringValue().startsWith("z")) {
            add(Problem.malformed("proof.proofValue", "is not multibase text in base58btc"));
            return null;
        }
        try {
            byte[] signature = Multibase.decode(value.stringValue());
            int bytes = method.key().curve().signatureBytes();
            if (signature.length == bytes) {
                return signature;
            }
            add(Problem.malformed("proof.proofValue", "has " + signature.length + " bytes instead of " + bytes));
        } catch (MalformedException e) {
            add(Problem.malformed("proof.proofValue", String.valueOf(e.getMessage())));
        }
        return null;
    }

    private void checkSignature(Cryptosuite suite, ObjectNode document, VerificationMethod method, byte[] signature) {
        ObjectNode unsecured = document;
        JsonNode proofContext = proof.get("@context");
        if (proofContext != null && !suite.signsRdf()) {
            // vc-di-eddsa section 3.3.2 step 4: the document's context may have grown since, but only at its end
            if (!startsWith(document.path("@context"), proofContext)) {
                add(Problem.proof("the document's @context does not start with the proof's"));
                return;
            }
            unsecured = DataIntegrity.copyWithout(document, "@context");
            unsecured.set("@context", proofContext);
        }
        try {
            ObjectNode config = DataIntegrity.copyWithout(proof, "proofValue");
            byte[] hashData = suite.hashData(unsecured, config, method.key().curve());
            if (!method.key().verify(hashData, signature)) {
                add(Problem.cryptographic(
                        "the signature does not fit the document: one of them was changed, or another key signed"));
            }
        } catch (JsonLdException e) {
            add(Problem.transformation(e));
        }
    }

    private static boolean startsWith(JsonNode context, JsonNode start) {
        List<JsonNode> all = DataIntegrity.values(context);
        List<JsonNode> first = DataIntegrity.values(start);
        return first.size() <= all.size() && all.subList(0, first.size()).equals(first);
    }

    private boolean isText(String property, String text) {
        return ModelRules.isText(proof.path(property), text);
    }

    private void add(Problem problem) {
        problems.add(problem);
    }
}
