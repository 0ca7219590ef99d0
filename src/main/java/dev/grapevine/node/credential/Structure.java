package dev.grapevine.node.credential;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What VCDM 2.0 says a verifiable credential MUST be, as far as it can be seen without JSON-LD processing. */
final class Structure {

    private final ObjectNode credential;
    private final List<Problem> problems = new ArrayList<>();

    private Structure(ObjectNode credential) {
        this.credential = credential;
    }

    /** @return what is wrong; empty if nothing is */
    static List<Problem> problems(ObjectNode credential) {
        Structure structure = new Structure(credential);
        structure.checkContext();
        structure.checkType();
        structure.checkId("id", credential.get("id"));
        structure.checkIssuer();
        structure.checkSubjects();
        structure.checkPeriod();
        structure.checkText("name");
        structure.checkText("description");
        // sections 4.10, 5.4, 5.5 and 5.6: one object or several, each with a type
        for (String property : List.of("credentialStatus", "termsOfUse", "refreshService", "evidence")) {
            structure.checkTyped(property, false);
        }
        structure.checkTyped("credentialSchema", true); // section 4.11: with an id too
        if (credential.path("proof").isMissingNode() || credential.path("proof").isEmpty()) {
            structure.add("proof", "there is none");
        }
        return structure.problems;
    }

    /** Whether an object has a type: text, or an array of text that is not empty (section 4.5). */
    static boolean hasType(JsonNode object) {
        JsonNode type = object.path("type");
        return type.isString()
                || (type.isArray() && !type.isEmpty() && type.valueStream().allMatch(JsonNode::isString));
    }

    /** Section 4.3: an ordered set, the base context first, then URLs and objects. */
    private void checkContext() {
        JsonNode context = credential.path("@context");
        if (!context.isArray() || !isText(context.path(0), Vocabulary.VCDM)) {
            add("@context", "is not an array that starts with " + Vocabulary.VCDM);
            return;
        }
        for (JsonNode entry : context) {
            if (!entry.isObject() && !isUri(entry)) {
                add("@context", "has an entry that is neither a URL nor an object: " + entry);
            }
        }
    }

    /** Section 4.5. */
    private void checkType() {
        JsonNode type = credential.path("type");
        if (!hasType(credential)
                || DataIntegrity.values(type).stream().noneMatch(value -> isText(value, Vocabulary.CREDENTIAL_TYPE))) {
            add("type", "does not name " + Vocabulary.CREDENTIAL_TYPE);
        }
    }

    /** Section 4.7: a URL, or an object with one as its id. */
    private void checkIssuer() {
        if (!isUri(issuer(credential))) {
            add("issuer", "is neither a URL nor an object with a URL as its id");
        }
    }

    /** The issuer's id, whichever way it is given. */
    static JsonNode issuer(ObjectNode credential) {
        JsonNode issuer = credential.path("issuer");
        return issuer.isObject() ? issuer.path("id") : issuer;
    }

    /** Section 4.8: one subject or several, each with a claim. */
    private void checkSubjects() {
        JsonNode subjects = credential.path("credentialSubject");
        if (subjects.isEmpty()) {
            add("credentialSubject", "is missing or empty");
            return;
        }
        for (JsonNode subject : DataIntegrity.values(subjects)) {
            if (!subject.isObject() || subject.isEmpty()) {
                add("credentialSubject", "is not an object with at least one claim");
            } else {
                checkId("credentialSubject.id", subject.get("id"));
            }
        }
    }

    /** Section 4.9. */
    private void checkPeriod() {
        for (String property : List.of("validFrom", "validUntil")) {
            if (credential.has(property) && DateTimes.parse(credential.path(property)) == null) {
                add(property, "is not a date and time with an offset");
            }
        }
        Instant from = DateTimes.parse(credential.path("validFrom"));
        Instant until = DateTimes.parse(credential.path("validUntil"));
        if (from != null && until != null && until.isBefore(from)) {
            add("validUntil", "lies before validFrom");
        }
    }

    /** Section 4.6: text, or text in one or more languages (section 11.1). */
    private void checkText(String property) {
        if (credential.has(property)
                && DataIntegrity.values(credential.path(property)).stream()
                        .anyMatch(
                                text -> !text.isString() && !text.path("@value").isString())) {
            add(property, "is neither text nor text with a language");
        }
    }

    private void checkTyped(String property, boolean idRequired) {
        if (!credential.has(property)) {
            return;
        }
        for (JsonNode object : DataIntegrity.values(credential.path(property))) {
            if (!object.isObject() || !hasType(object)) {
                add(property, "is not an object with a type");
            } else if (idRequired && !object.has("id")) {
                add(property, "has no id");
            } else {
                checkId(property + ".id", object.get("id"));
            }
        }
    }

    /** Section 4.4: if there is an id, it is one URL. */
    private void checkId(String property, @Nullable JsonNode id) {
        if (id != null && !isUri(id)) {
            add(property, "is not a URL");
        }
    }

    private static boolean isText(JsonNode json, String text) {
        return json.isString() && json.stringValue().equals(text);
    }

    private static boolean isUri(JsonNode json) {
        try {
            return json.isString() && new URI(json.stringValue()).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void add(String property, String detail) {
        problems.add(Problem.malformed(property, detail));
    }
}
