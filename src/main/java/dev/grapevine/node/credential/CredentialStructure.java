package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.Terms;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What VCDM 2.0 says a verifiable credential MUST be. */
final class CredentialStructure {

    private final ObjectNode credential;
    private final ModelRules rules;

    private CredentialStructure(ObjectNode credential, ModelRules rules) {
        this.credential = credential;
        this.rules = rules;
    }

    /**
     * @param terms empty where the credential's contexts are not sound
     * @return what is wrong; empty if nothing is
     */
    static List<Problem> problems(ObjectNode credential, Optional<Terms> terms) {
        CredentialStructure structure = new CredentialStructure(credential, new ModelRules(terms));
        structure.check();
        return structure.rules.problems();
    }

    private void check() {
        rules.context(credential);
        rules.typeIncludes(credential, Vocabulary.CREDENTIAL_TYPE);
        rules.id("id", credential.get("id"));
        rules.text("name", credential.path("name"));
        rules.text("description", credential.path("description"));
        checkIssuer();
        checkSubjects();
        checkPeriod();
        // sections 4.10, 5.4, 5.5, 5.6 and 5.12
        for (String property : List.of(
                "credentialStatus", "termsOfUse", "refreshService", "evidence", "confidenceMethod", "renderMethod")) {
            rules.typed(credential, property);
        }
        checkStatus();
        checkSchemas();
        RelatedResources.check(credential, rules);
    }

    /** Section 4.7; its name and description are the issuer's like the credential's own (section 4.6). */
    private void checkIssuer() {
        JsonNode issuer = credential.path("issuer");
        rules.party("issuer", issuer);
        rules.text("issuer.name", issuer.path("name"));
        rules.text("issuer.description", issuer.path("description"));
    }

    /** Who issued it, whichever way that is given. */
    static JsonNode issuer(ObjectNode credential) {
        return ModelRules.idOf(credential.path("issuer"));
    }

    /** Section 4.8: one subject or several, each with a claim. */
    private void checkSubjects() {
        if (!credential.has("credentialSubject")) {
            rules.broken("credentialSubject", "is missing");
        }
        for (JsonNode subject : rules.objects(credential, "credentialSubject")) {
            if (subject.isEmpty()) {
                rules.broken("credentialSubject", "has no claim");
            }
            rules.id("credentialSubject.id", subject.get("id"));
        }
    }

    /** Section 4.9. */
    private void checkPeriod() {
        for (String property : List.of("validFrom", "validUntil")) {
            if (credential.has(property) && DateTimes.parse(credential.path(property)) == null) {
                rules.broken(property, "is not a date and time with an offset");
            }
        }
        Instant from = DateTimes.parse(credential.path("validFrom"));
        Instant until = DateTimes.parse(credential.path("validUntil"));
        if (from != null && until != null && until.isBefore(from)) {
            rules.broken("validUntil", "lies before validFrom");
        }
    }

    /** Section 4.10; of the one type that this node reads, by its own rules too. */
    private void checkStatus() {
        for (JsonNode status : DataIntegrity.values(credential.path("credentialStatus"))) {
            if (StatusEntry.isEntry(status)) {
                StatusEntry.read(status, rules);
            }
        }
    }

    /** Section 4.11: each with a type, and with an id. */
    private void checkSchemas() {
        rules.typed(credential, "credentialSchema");
        for (JsonNode schema : DataIntegrity.values(credential.path("credentialSchema"))) {
            if (schema.isObject() && !schema.has("id")) {
                rules.broken("credentialSchema", "has no id");
            }
        }
    }
}
