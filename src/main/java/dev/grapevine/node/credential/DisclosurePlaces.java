package dev.grapevine.node.credential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Where the disclosures of an SD-JWT go in the claims that come of all of them ({@link DisclosedClaims}). */
final class DisclosurePlaces {

    private final Map<String, Disclosure> byDigest = new TreeMap<>();
    private final Map<JsonPointer, List<Disclosure>> chains = new LinkedHashMap<>();

    private DisclosurePlaces() {}

    /**
     * Finds the place of each.
     *
     * @param payload of which {@link DisclosedClaims} has made claims
     * @param hash Java's name of the hash that it names
     */
    static DisclosurePlaces of(ObjectNode payload, List<Disclosure> disclosures, String hash) {
        DisclosurePlaces places = new DisclosurePlaces();
        disclosures.forEach(disclosure -> places.byDigest.put(disclosure.digest(hash), disclosure));
        places.visit(payload, JsonPointer.empty(), List.of());
        return places;
    }

    /** What is to be disclosed for a claim to be seen: the claim itself where it is hidden, and what it is hidden inside of. */
    List<Disclosure> needed(JsonPointer claim) {
        for (JsonPointer at = claim; !at.matches(); at = at.head()) {
            List<Disclosure> chain = chains.get(at);
            if (chain != null) {
                return chain;
            }
        }
        return List.of();
    }

    private void visit(JsonNode json, JsonPointer at, List<Disclosure> around) {
        if (json.isArray()) {
            elements(json, at, around);
        } else {
            properties(json, at, around);
        }
    }

    private void properties(JsonNode object, JsonPointer at, List<Disclosure> around) {
        for (var property : object.properties()) {
            if (!property.getKey().equals(DisclosedClaims.DIGESTS)) {
                visit(property.getValue(), at.appendProperty(property.getKey()), around);
            }
        }
        for (JsonNode digest : object.path(DisclosedClaims.DIGESTS)) {
            find(digest)
                    .ifPresent(disclosure -> place(
                            disclosure, at.appendProperty(disclosure.name().orElseThrow()), around));
        }
    }

    private void elements(JsonNode array, JsonPointer at, List<Disclosure> around) {
        int index = 0;
        for (JsonNode element : array) {
            Optional<Disclosure> hidden = find(element.path(DisclosedClaims.ELEMENT));
            if (hidden.isPresent()) {
                place(hidden.get(), at.appendIndex(index++), around);
            } else if (!element.has(DisclosedClaims.ELEMENT)) {
                visit(element, at.appendIndex(index++), around);
            }
        }
    }

    private Optional<Disclosure> find(JsonNode digest) {
        return Optional.ofNullable(byDigest.get(digest.asString("")));
    }

    private void place(Disclosure disclosure, JsonPointer at, List<Disclosure> around) {
        List<Disclosure> chain = new ArrayList<>(around);
        chain.add(disclosure);
        chains.put(at, chain);
        visit(disclosure.value(), at, chain);
    }
}
