package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All proofs of a document, each of which must be right (Data Integrity section 4.5). A proof may build on others, its {@code
 * previousProof}: then it covers them too.
 */
final class ProofSet {

    /** A document with more proofs than this is refused unread. */
    static final int MAX_PROOFS = 8;

    private final List<JsonNode> proofs;
    private final Map<String, Integer> indexById = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private ProofSet(List<JsonNode> proofs) {
        this.proofs = proofs;
    }

    /** The proofs of a document, as many as are read at most. */
    static List<JsonNode> of(ObjectNode document) {
        return all(document).stream().limit(MAX_PROOFS).toList();
    }

    /** The suites of its proofs, for people. */
    static String suites(ObjectNode document) {
        return of(document).stream()
                .map(proof -> proof.path("cryptosuite").asString(""))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** The verification methods that its proofs name, as far as this node can resolve them. */
    static Stream<VerificationMethod> methods(ObjectNode document, ExpectedProof expected) {
        return of(document).stream().flatMap(proof -> ProofCheck.methodOf(proof, expected).stream());
    }

    /** The ids of the verification methods that its proofs name. */
    static Stream<String> methodIds(ObjectNode document) {
        return of(document).stream().flatMap(proof -> proof.path("verificationMethod").stringValueOpt().stream());
    }

    private static List<JsonNode> all(ObjectNode document) {
        return document.has("proof") ? DataIntegrity.values(document.path("proof")) : List.of();
    }

    /** @return what is wrong; empty if nothing is */
    static List<Problem> verify(ObjectNode document, ExpectedProof expected, Instant now, Instant latestCreated) {
        List<JsonNode> proofs = all(document);
        if (proofs.isEmpty()) {
            return List.of(Problem.proof("there is no proof"));
        }
        if (proofs.size() > MAX_PROOFS) {
            return List.of(Problem.proof("there are more than " + MAX_PROOFS + " proofs"));
        }
        ProofSet set = new ProofSet(proofs);
        set.checkChains();
        if (!set.problems.isEmpty()) {
            return set.problems;
        }
        for (JsonNode proof : proofs) {
            set.problems.addAll(ProofCheck.verify(set.covered(document, proof), proof, expected, now, latestCreated));
        }
        return set.problems;
    }

    /** Each previous proof must be there, under an id that no other proof has, and none may build on itself. */
    private void checkChains() {
        for (int i = 0; i < proofs.size(); i++) {
            JsonNode id = proofs.get(i).path("id");
            if (id.isString() && indexById.put(id.stringValue(), i) != null) {
                problems.add(Problem.proof("two proofs have the id " + id.stringValue()));
            }
        }
        for (JsonNode proof : proofs) {
            for (String id : previous(proof)) {
                if (!indexById.containsKey(id)) {
                    problems.add(
                            Problem.proof("there is no proof " + id + ", which another names as its previousProof"));
                }
            }
        }
        for (int i = 0; problems.isEmpty() && i < proofs.size(); i++) {
            if (leadsTo(i, i, new HashSet<>())) {
                problems.add(Problem.proof(
                        "a proof builds on itself: " + proofs.get(i).path("id").asString("")));
            }
        }
    }

    private boolean leadsTo(int from, int wanted, Set<Integer> seen) {
        for (String id : previous(proofs.get(from))) {
            int index = indexById.getOrDefault(id, -1);
            if (index == wanted || (seen.add(index) && leadsTo(index, wanted, seen))) {
                return true;
            }
        }
        return false;
    }

    /** The document as a proof covers it: with the proofs that it builds on, in their order. */
    private ObjectNode covered(ObjectNode document, JsonNode proof) {
        ObjectNode covered = DataIntegrity.copyWithout(document, "proof");
        Set<String> previous = previous(proof);
        if (!previous.isEmpty()) {
            ArrayNode matching = covered.putArray("proof");
            for (JsonNode other : proofs) {
                if (previous.contains(other.path("id").asString(""))) {
                    matching.add(other);
                }
            }
        }
        return covered;
    }

    private static Set<String> previous(JsonNode proof) {
        Set<String> ids = new HashSet<>();
        for (JsonNode id : DataIntegrity.values(proof.path("previousProof"))) {
            if (id.isString()) {
                ids.add(id.stringValue());
            }
        }
        return ids;
    }
}
