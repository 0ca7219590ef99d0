package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.Terms;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What VCDM 2.0 says a verifiable presentation MUST be (section 4.13), and VCDM 1.1 (section 4.10). */
final class PresentationStructure {

    private PresentationStructure() {}

    /**
     * @param terms empty where the presentation's contexts are not sound
     * @return what is wrong with the presentation itself, not with its credentials; empty if nothing is
     */
    static List<Problem> problems(ObjectNode presentation, Optional<Terms> terms) {
        ModelRules rules = new ModelRules(terms);
        rules.context(presentation);
        rules.typeIncludes(presentation, Vocabulary.PRESENTATION_TYPE);
        rules.id("id", presentation.get("id"));
        if (presentation.has("holder")) {
            rules.party("holder", presentation.path("holder"));
        }
        rules.typed(presentation, "termsOfUse");
        for (JsonNode credential : rules.objects(presentation, "verifiableCredential")) {
            if (!ModelRules.isOfType(credential, Vocabulary.CREDENTIAL_TYPE)
                    && !JwtEnvelope.isEnvelope(credential, JwtEnvelope.Kind.CREDENTIAL)) {
                rules.broken("verifiableCredential", "has an object that is no verifiable credential by its type");
            }
        }
        return rules.problems();
    }

    /** The credentials that it holds, as far as they are objects. */
    static List<ObjectNode> credentials(ObjectNode presentation) {
        JsonNode values = presentation.path("verifiableCredential");
        return DataIntegrity.values(values).stream()
                .filter(JsonNode::isObject)
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** Section 4.13.4: secured by nothing but the presentation, whose holder says it of himself. */
    static boolean isSelfAsserted(ObjectNode presentation, ObjectNode credential) {
        JsonNode holder = ModelRules.idOf(presentation.path("holder"));
        return !credential.has("proof") && holder.isString() && holder.equals(CredentialStructure.issuer(credential));
    }
}
