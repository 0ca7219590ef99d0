package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.JsonLd;
import dev.grapevine.node.credential.jsonld.Terms;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of the data model that credentials and presentations share, with VCDM 2.0's sections; collects which of them a document
 * breaks. Those of VCDM 1.1 are the same.
 */
final class ModelRules {

    private static final Set<String> LANGUAGE_VALUE = Set.of("@value", "@language", "@direction");
    private static final Set<String> DIRECTIONS = Set.of("ltr", "rtl");

    private final Optional<Terms> terms;
    private final List<Problem> problems = new ArrayList<>();

    /** @param terms of the document; empty where its contexts are not sound, so that nobody knows which words have a meaning */
    ModelRules(Optional<Terms> terms) {
        this.terms = terms;
    }

    List<Problem> problems() {
        return problems;
    }

    void broken(String property, String detail) {
        problems.add(Problem.malformed(property, detail));
    }

    /** Section 4.3: an ordered set, the base context first, then URLs and objects. */
    void context(ObjectNode document) {
        DataModel model = DataModel.of(document);
        if (!model.begins(document)) {
            broken("@context", "is not an array that starts with " + Vocabulary.VCDM);
            return;
        }
        for (JsonNode entry : document.path("@context")) {
            if (model.isOtherContext(entry)) {
                broken("@context", "names two versions of the data model");
            }
            if (!entry.isObject() && !isUrl(entry)) {
                broken("@context", "has an entry that is neither a URL nor an object: " + entry);
            }
        }
    }

    /** Section 4.4: if there is an id, it is one URL. */
    void id(String property, @Nullable JsonNode id) {
        if (id != null && !isUrl(id)) {
            broken(property, "is not a URL");
        }
    }

    /** Section 4.5: one or more terms, each with a meaning, or absolute URLs. */
    void type(String property, JsonNode object) {
        if (!hasType(object)) {
            broken(property, "has no type");
            return;
        }
        for (JsonNode type : DataIntegrity.values(object.path("type"))) {
            String text = type.stringValue();
            if (!isUrl(type) && terms.isPresent() && !terms.get().contains(text)) {
                broken(property, "has the type " + text + ", which no context gives a meaning");
            }
        }
    }

    /** Section 4.5: besides others, a type that the object must have. */
    void typeIncludes(ObjectNode object, String required) {
        type("type", object);
        if (!isOfType(object, required)) {
            broken("type", "does not name " + required);
        }
    }

    /** Objects that must each have a type, and may have an id (sections 4.10, 5.4 to 5.6, 5.12). */
    void typed(ObjectNode document, String property) {
        for (JsonNode object : objects(document, property)) {
            type(property, object);
            id(property + ".id", object.get("id"));
        }
    }

    /** The values of a property that are objects; that there are others, or none, breaks a rule. */
    List<JsonNode> objects(ObjectNode document, String property) {
        JsonNode value = document.path(property);
        if (value.isMissingNode()) {
            return List.of();
        }
        List<JsonNode> values = DataIntegrity.values(value);
        if (values.isEmpty() || !values.stream().allMatch(JsonNode::isObject)) {
            broken(property, "is neither an object nor a set of objects");
        }
        return values.stream().filter(JsonNode::isObject).toList();
    }

    /** Section 1.3: secured; what of the proofs is right is another matter. */
    void secured(ObjectNode document) {
        if (objects(document, "proof").isEmpty()) {
            broken("proof", "there is none");
        }
    }

    /** Section 4.6: text, or text in one language or several (section 11.1). */
    void text(String path, JsonNode text) {
        if (text.isMissingNode() || text.isString()) {
            return;
        }
        List<JsonNode> values = DataIntegrity.values(text);
        if (values.isEmpty() || !values.stream().allMatch(ModelRules::isLanguageValue)) {
            broken(path, "is neither text nor text with a language");
        }
    }

    private static boolean isLanguageValue(JsonNode value) {
        return value.isObject()
                && LANGUAGE_VALUE.containsAll(value.propertyNames())
                && value.path("@value").isString()
                && (!value.has("@language")
                        || JsonLd.isLanguageTag(value.path("@language").asString("")))
                && (!value.has("@direction")
                        || DIRECTIONS.contains(value.path("@direction").asString("")));
    }

    /** Section 4.7, section 4.13: a URL, or an object with one as its id. */
    void party(String property, JsonNode party) {
        if (!isUrl(idOf(party))) {
            broken(property, "is neither a URL nor an object with a URL as its id");
        }
    }

    /** The id of somebody who is named by it, or by an object that has it. */
    static JsonNode idOf(JsonNode party) {
        return party.isObject() ? party.path("id") : party;
    }

    /** Whether an object has a type: text, or an array of text that is not empty. */
    static boolean hasType(JsonNode object) {
        JsonNode type = object.path("type");
        return type.isString()
                || (type.isArray() && !type.isEmpty() && type.valueStream().allMatch(JsonNode::isString));
    }

    static boolean isOfType(JsonNode object, String type) {
        return DataIntegrity.values(object.path("type")).stream().anyMatch(value -> isText(value, type));
    }

    static boolean isText(JsonNode json, String text) {
        return json.isString() && json.stringValue().equals(text);
    }

    static boolean isUrl(JsonNode json) {
        String text = json.asString("");
        if (!json.isString() || text.indexOf(':') < 0) {
            return false;
        }
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
