package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts disclosures in the places of their digests (RFC 9901 section 7.1 steps 3 to 5). */
final class DisclosedClaims {

    static final String DIGESTS = "_sd";
    static final String ELEMENT = "...";
    static final String ALGORITHM = "_sd_alg";

    private final Map<String, Disclosure> disclosures = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> used = new HashSet<>();

    private DisclosedClaims() {}

    /**
     * The claims of a payload as far as they are disclosed, without anything of the form of SD-JWTs.
     *
     * @param hash Java's name of the hash that the payload names
     * @throws MalformedException where a digest stands twice, a disclosure fits no digest or not the place of its digest, or
     *     what comes of it is deeper than JSON may be
     */
    static ObjectNode of(ObjectNode payload, List<Disclosure> disclosures, String hash) {
        DisclosedClaims claims = new DisclosedClaims();
        for (Disclosure disclosure : disclosures) {
            if (claims.disclosures.put(disclosure.digest(hash), disclosure) != null) {
                throw new MalformedException("a disclosure stands twice");
            }
        }
        ObjectNode disclosed = claims.object(payload, 1);
        disclosed.remove(ALGORITHM);
        if (claims.used.size() < disclosures.size()) {
            throw new MalformedException("a disclosure fits no digest");
        }
        return disclosed;
    }

    /** @throws MalformedException where claims have names that SD-JWTs keep for themselves (section 4.1) */
    static void requireNone(JsonNode claims) {
        if (claims.has(DIGESTS) || claims.has(ELEMENT) || claims.has(ALGORITHM)) {
            throw new MalformedException("a claim with the name _sd, _sd_alg or ...");
        }
        claims.forEach(DisclosedClaims::requireNone);
    }

    private JsonNode value(JsonNode json, int depth) {
        if (depth > CredentialJson.MAX_DEPTH) {
            throw new MalformedException("disclosures inside each other, too deep");
        }
        return switch (json.getNodeType()) {
            case OBJECT -> object((ObjectNode) json, depth);
            case ARRAY -> array((ArrayNode) json, depth);
            default -> json;
        };
    }

    private ObjectNode object(ObjectNode object, int depth) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        for (var property : object.properties()) {
            String name = property.getKey();
            if (name.equals(ELEMENT)) {
                throw new MalformedException("a property with the name ...");
            }
            if (!name.equals(DIGESTS)) {
                result.set(name, value(property.getValue(), depth + 1));
            }
        }
        for (String digest : digests(object)) {
            Disclosure disclosure = find(digest);
            if (disclosure != null) {
                String name = disclosure
                        .name()
                        .orElseThrow(() -> new MalformedException("an element of an array disclosed as a property"));
                if (name.equals(DIGESTS) || name.equals(ELEMENT) || result.has(name)) {
                    throw new MalformedException("a property that may not be disclosed, or is there already: " + name);
                }
                result.set(name, value(disclosure.value(), depth + 1));
            }
        }
        return result;
    }

    private static List<String> digests(ObjectNode object) {
        JsonNode digests = object.path(DIGESTS);
        if (digests.isMissingNode()) {
            return List.of();
        }
        if (!digests.isArray() || !digests.valueStream().allMatch(JsonNode::isString)) {
            throw new MalformedException("_sd is not an array of digests");
        }
        return digests.valueStream().map(JsonNode::stringValue).toList();
    }

    private ArrayNode array(ArrayNode array, int depth) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode element : array) {
            if (element.size() == 1 && element.path(ELEMENT).isString()) {
                Disclosure disclosure = find(element.path(ELEMENT).stringValue());
                if (disclosure != null) {
                    if (disclosure.name().isPresent()) {
                        throw new MalformedException("a property disclosed as an element of an array");
                    }
                    result.add(value(disclosure.value(), depth + 1));
                }
            } else {
                result.add(value(element, depth + 1));
            }
        }
        return result;
    }

    /** @return null where there is none: a decoy, or what the holder keeps back */
    private @Nullable Disclosure find(String digest) {
        if (!seen.add(digest)) {
            throw new MalformedException("a digest stands twice");
        }
        Disclosure disclosure = disclosures.get(digest);
        if (disclosure != null) {
            used.add(digest);
        }
        return disclosure;
    }
}
