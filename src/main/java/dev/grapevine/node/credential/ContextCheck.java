package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.JsonLd;
import dev.grapevine.node.credential.jsonld.JsonLdException;
import dev.grapevine.node.credential.jsonld.Terms;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a document's terms mean what they seem to (Data Integrity section 4.6).
 *
 * @param terms empty where the check failed
 */
record ContextCheck(Check check, Optional<Terms> terms) {

    static ContextCheck of(ObjectNode document) {
        try {
            Terms terms = JsonLd.terms(document);
            String own = terms.own().isEmpty() ? "" : ", and terms of its own: " + String.join(", ", terms.own());
            Check passed = Check.passed(Check.Name.CONTEXT, "contexts that this node knows" + own);
            return new ContextCheck(passed, Optional.of(terms));
        } catch (JsonLdException e) {
            Problem problem = Problem.malformed("@context", String.valueOf(e.getMessage()));
            return new ContextCheck(Check.failed(Check.Name.CONTEXT, problem), Optional.empty());
        }
    }
}
