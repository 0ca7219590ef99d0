package dev.grapevine.node.credential.jsonld;

import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a document is written in terms alone (VCDM 2.0 section 1.3: compacted). Grapevine, and whoever asks it, read
 * credentials by their terms; the same graph could be written so that an expiry date or a status hides behind an IRI or
 * behind syntax, and its signature would still be right.
 */
final class Compacted {

    /** Of value objects (JSON-LD section 4.2). */
    private static final Set<String> VALUE_KEYWORDS = Set.of("@value", "@language", "@direction", "@type");

    /** Its value is JSON of any kind, and canonicalised as such (the term's type is @json). */
    private static final String JSON_LITERAL = "jsonSchema";

    private final Terms terms;

    private Compacted(Terms terms) {
        this.terms = terms;
    }

    /** @throws JsonLdException where something is not written in terms */
    static void require(ObjectNode document, Terms terms) {
        new Compacted(terms).visit(document);
    }

    private void visit(JsonNode json) {
        if (json.isArray()) {
            json.forEach(this::visit);
        }
        for (var property : json.properties()) {
            String key = property.getKey();
            if (key.equals("@context") || key.equals(JSON_LITERAL)) {
                continue;
            }
            if (key.startsWith("@") && !(VALUE_KEYWORDS.contains(key) && json.has("@value"))) {
                throw lost("a keyword in place of a term: " + key);
            }
            if (key.contains(":")) {
                throw lost("an IRI in place of a term: " + key);
            }
            if (key.equals("type")) {
                types(property.getValue());
            }
            visit(property.getValue());
        }
    }

    private void types(JsonNode value) {
        if (value.isArray()) {
            value.forEach(this::types);
        } else if (value.isString() && value.stringValue().contains(":")) {
            String iri = terms.expanded(value.stringValue());
            if (BundledContexts.INSTANCE.knowsByAnotherTerm(iri, value.stringValue())) {
                throw lost("an IRI in place of a term: " + value.stringValue());
            }
        }
    }

    private static JsonLdException lost(String detail) {
        return new JsonLdException(Reason.DATA_LOSS, detail);
    }
}
