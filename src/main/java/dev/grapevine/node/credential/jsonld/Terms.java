package dev.grapevine.node.credential.jsonld;

import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The terms of a document: those of the bundled contexts that it names, and those that it defines itself, in contexts that
 * stand in it. An RDF signature covers what terms mean and not the terms, so a context in a document may give no other word
 * for what a bundled context has a word for, and no meaning to words that have none: readers of the JSON would be shown
 * claims that nobody signed (Data Integrity section 4.6).
 */
public final class Terms {

    /** Of all contexts in a document; more would keep a processor busy for long. */
    static final int MAX_DEFINITIONS = 128;

    private static final Set<String> CONTEXT_KEYWORDS = Set.of("@version", "@protected", "@language", "@direction");

    private static final Set<String> DEFINITION_KEYWORDS =
            Set.of("@id", "@type", "@container", "@language", "@direction", "@protected", "@prefix", "@context");

    private static final Set<String> CONTAINERS = Set.of("@list", "@set", "@language", "@graph");

    private final ObjectNode document;
    private final Map<String, String> iris = new TreeMap<>();
    private final List<Definition> definitions = new ArrayList<>();

    private record Definition(String term, String iri) {}

    private Terms(ObjectNode document) {
        this.document = document;
    }

    /**
     * Checks every context of a document, wherever it stands.
     *
     * @throws JsonLdException where it is unknown, or says what it may not
     */
    static Terms of(ObjectNode document) {
        Terms terms = new Terms(document);
        terms.visit(document);
        for (Definition definition : terms.definitions) {
            String iri = terms.expanded(definition.iri);
            if (!iri.startsWith("@") && !RdfWriter.isAbsolute(iri)) {
                throw refused("a term of the document's own that means no IRI: " + definition.term);
            }
            if (BundledContexts.INSTANCE.knowsByAnotherTerm(iri, definition.term)) {
                throw refused("a word of the document's own, " + definition.term + ", for what has its term: " + iri);
            }
        }
        return terms;
    }

    /** The terms that the document defines itself, in the order of the alphabet. */
    public Set<String> own() {
        return Collections.unmodifiableSet(iris.keySet());
    }

    /** Whether the contexts at the head of the document give a term a meaning. */
    public boolean contains(String term) {
        if (iris.containsKey(term)) {
            return true;
        }
        JsonNode contexts = document.path("@context");
        for (JsonNode context : contexts.isArray() ? contexts : List.of(contexts)) {
            if (context.isString() && BundledContexts.INSTANCE.defines(context.stringValue(), term)) {
                return true;
            }
        }
        return false;
    }

    /** The IRI that a compact IRI stands for (JSON-LD API section 5.2), as far as the document has its prefix. */
    String expanded(String iri) {
        String full = iri;
        for (int i = 0; i < MAX_DEFINITIONS; i++) {
            int colon = full.indexOf(':');
            String prefix = colon < 0 || full.startsWith("//", colon + 1) ? null : iris.get(full.substring(0, colon));
            if (prefix == null) {
                return full;
            }
            full = prefix + full.substring(colon + 1);
        }
        throw refused("terms of the document's own that are defined by each other");
    }

    private void visit(JsonNode json) {
        for (var property : json.properties()) {
            if (property.getKey().equals("@context")) {
                contexts(property.getValue());
            } else {
                visit(property.getValue());
            }
        }
        if (json.isArray()) {
            json.forEach(this::visit);
        }
    }

    private void contexts(JsonNode value) {
        for (JsonNode context : value.isArray() ? value : List.of(value)) {
            if (context.isString()) {
                if (!BundledContexts.INSTANCE.contains(context.stringValue())) {
                    throw refused("this node does not know the context " + context.stringValue());
                }
            } else if (context.isObject()) {
                context(unwrapped(context));
            } else {
                throw refused("a context that is neither a URL nor an object: " + context);
            }
        }
    }

    /** An object in place of a context may hold the context, as a file does; JSON-LD libraries take it. */
    static JsonNode unwrapped(JsonNode context) {
        return context.size() == 1 && context.path("@context").isObject() ? context.path("@context") : context;
    }

    private void context(JsonNode context) {
        for (var entry : context.properties()) {
            String term = entry.getKey();
            if (!term.startsWith("@")) {
                define(term, entry.getValue());
            } else if (!CONTEXT_KEYWORDS.contains(term)
                    && !(term.equals("@vocab") && entry.getValue().isNull())) {
                throw refused("a context of the document's own with " + term);
            }
        }
    }

    private void define(String term, JsonNode definition) {
        String iri = iri(term, definition);
        String before = iris.put(term, iri);
        if (before != null && !before.equals(iri)) {
            throw refused("a term of the document's own with two meanings: " + term);
        }
        definitions.add(new Definition(term, iri));
        if (definitions.size() > MAX_DEFINITIONS) {
            throw refused("more than " + MAX_DEFINITIONS + " terms of the document's own");
        }
        if (definition.has("@context")) {
            if (!definition.path("@context").isObject()) {
                throw refused("a term of the document's own that brings in another context: " + term);
            }
            context(definition.path("@context"));
        }
    }

    /** The IRI that a definition gives, as it is written; the term itself where it gives none. */
    private static String iri(String term, JsonNode definition) {
        if (definition.isObject()) {
            for (String key : definition.propertyNames()) {
                if (!DEFINITION_KEYWORDS.contains(key)) {
                    throw refused("a term of the document's own, " + term + ", with " + key);
                }
            }
            JsonNode containers = definition.path("@container");
            for (JsonNode container : containers.isArray() ? containers : List.of(containers)) {
                if (!container.isMissingNode() && !CONTAINERS.contains(container.asString(""))) {
                    throw refused("a term of the document's own, " + term + ", with the container " + container);
                }
            }
        }
        JsonNode id = definition.isObject() && definition.has("@id") ? definition.path("@id") : definition;
        if (id.isObject()) {
            return term;
        }
        if (!id.isString()
                || !(id.stringValue().startsWith("@") || id.stringValue().contains(":"))) {
            throw refused("a term of the document's own that means no IRI: " + term);
        }
        return id.stringValue();
    }

    private static JsonLdException refused(String detail) {
        return new JsonLdException(Reason.CONTEXT, detail);
    }
}
