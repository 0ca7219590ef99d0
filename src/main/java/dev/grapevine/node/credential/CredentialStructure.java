package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.Terms;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What VCDM 2.0, or 1.1, says a verifiable credential MUST be. Sections are those of 2.0. */
final class CredentialStructure {

    private final ObjectNode credential;
    private final DataModel model;
    private final ModelRules rules;

    private CredentialStructure(ObjectNode credential, ModelRules rules) {
        this.credential = credential;
        this.model = DataModel.of(credential);
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
        // section 4.7
        rules.party("issuer", credential.path("issuer"));
        checkSubjects();
        checkPeriod();
        // sections 4.10, 5.4, 5.5 and 5.6
        for (String property : List.of("credentialStatus", "termsOfUse", "refreshService", "evidence")) {
            rules.typed(credential, property);
        }
        checkStatus();
        rules.typed(credential, "credentialSchema");
        // section 4.11
        checkHasId("credentialSchema");
        switch (model) {
            case V1_1 -> checkV11();
            case V2_0 -> checkV20();
        }
    }

    /** VCDM 1.1 sections 4.6, 4.9 and 5.5, where 2.0 asks for less. */
    private void checkV11() {
        if (!credential.has("issuanceDate")) {
            rules.broken("issuanceDate", "is missing");
        }
        checkHasId("credentialStatus");
        checkHasId("refreshService");
    }

    /** Properties that 1.1 has no word for, so that they may be anything in it. */
    private void checkV20() {
        // section 4.6
        JsonNode issuer = credential.path("issuer");
        rules.text("name", credential.path("name"));
        rules.text("description", credential.path("description"));
        rules.text("issuer.name", issuer.path("name"));
        rules.text("issuer.description", issuer.path("description"));
        // section 5.12
        rules.typed(credential, "confidenceMethod");
        rules.typed(credential, "renderMethod");
        RelatedResources.check(credential, rules);
    }

    private void checkHasId(String property) {
        for (JsonNode object : DataIntegrity.values(credential.path(property))) {
            if (object.isObject() && !object.has("id")) {
                rules.broken(property, "has no id");
            }
        }
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
        Stream.of(model.starts(), model.ends()).flatMap(List::stream).forEach(property -> {
            if (credential.has(property) && DateTimes.parse(credential.path(property)) == null) {
                rules.broken(property, "is not a date and time with an offset");
            }
        });
        if (Period.of(credential).isReversed()) {
            rules.broken(
                    model.ends().getFirst(), "lies before " + model.starts().getFirst());
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
}
