package dev.grapevine.node.credential.jsonld;

import com.apicatalog.jsonld.context.TermDefinition;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a document as RDF straight from its terms, where all its contexts are part of Grapevine and it uses nothing that is
 * rare: expansion (JSON-LD API section 5.1) and what {@link RdfWriter} does, in one step. Most credentials are so, and it takes a
 * fraction of the time. Whatever else there is, errors included, is left to the library, which tells them.
 */
final class CompactedWriter {

    private final Dataset dataset;

    private CompactedWriter(Dataset dataset) {
        this.dataset = dataset;
    }

    /**
     * The dataset of a document for which {@link Compacted} stands.
     *
     * @throws UnusualException where the library must see it
     */
    static Dataset write(ObjectNode document) {
        Dataset dataset = new Dataset();
        new CompactedWriter(dataset).node(document, ActiveTerms.NONE, null, null);
        if (dataset.isEmpty()) {
            throw new UnusualException();
        }
        return dataset;
    }

    /**
     * JSON-LD API section 5.1.2, of a map that is a node.
     *
     * @param property whose value it is; null: of none
     * @return what stands for the node in triples
     */
    private String node(ObjectNode json, ActiveTerms outer, @Nullable TermDefinition property, @Nullable String graph) {
        ActiveTerms typed = contexts(json, outer, property);
        List<String> types = strings(json.path("type"));
        ActiveTerms terms = typeScoped(types, typed);
        require(!terms.hasDefaults() && isKeyword(terms, "type", "@type") && !json.isEmpty());
        String subject = subject(json, terms);
        for (String type : types) {
            dataset.add(subject, RdfWriter.RDF_TYPE, word(type, typed), graph);
        }
        for (var entry : json.properties()) {
            String key = entry.getKey();
            if (!key.equals("@context") && !key.equals("id") && !key.equals("type")) {
                property(subject, key, entry.getValue(), terms, graph);
            }
        }
        return subject;
    }

    /** Steps 7 to 9. */
    private static ActiveTerms contexts(ObjectNode json, ActiveTerms outer, @Nullable TermDefinition property) {
        ActiveTerms terms = outer;
        ActiveTerms previous = outer.previous();
        if (previous != null && !(json.size() == 1 && json.has("id"))) {
            terms = previous;
        }
        if (property != null) {
            terms = terms.ofProperty(property, true);
        }
        return json.has("@context") ? terms.with(strings(json.path("@context"))) : terms;
    }

    /** Step 11. */
    private static ActiveTerms typeScoped(List<String> types, ActiveTerms terms) {
        List<String> scoped = new ArrayList<>(2);
        for (String type : types) {
            TermDefinition definition = terms.term(type);
            if (definition != null && definition.hasLocalContext()) {
                scoped.add(type);
            }
        }
        Collections.sort(scoped);
        return scoped.isEmpty() ? terms : terms.ofTypes(scoped);
    }

    private String subject(ObjectNode json, ActiveTerms terms) {
        JsonNode id = json.get("id");
        if (id == null) {
            return dataset.newBlankNode();
        }
        require(id.isString() && isKeyword(terms, "id", "@id"));
        return reference(id.stringValue(), terms);
    }

    private static boolean isKeyword(ActiveTerms terms, String term, String keyword) {
        TermDefinition definition = terms.term(term);
        return definition != null && keyword.equals(definition.getUriMapping());
    }

    /** Step 13, of a term that is no keyword. */
    private void property(String subject, String key, JsonNode value, ActiveTerms terms, @Nullable String graph) {
        TermDefinition term = terms.term(key);
        String predicate = word(key, terms);
        boolean graphs = false;
        if (term != null) {
            Collection<String> containers = term.getContainerMapping();
            graphs = containers != null && containers.contains("@graph");
            require(containers == null
                    || containers.stream().allMatch(kind -> kind.equals("@graph") || kind.equals("@set")));
            require(!term.isReverseProperty() && term.getNestValue() == null && term.getIndexMapping() == null);
            require(term.getLanguageMapping() == null && term.getDirectionMapping() == null);
        }
        for (JsonNode item : value.isArray() ? value : List.of(value)) {
            if (graphs) {
                String inner = dataset.newBlankNode();
                require(item.isObject() && !item.has("@value"));
                dataset.add(subject, predicate, inner, graph);
                node((ObjectNode) item, terms, term, inner);
            } else if (item instanceof ObjectNode object) {
                object(subject, predicate, object, terms, term, graph);
            } else {
                scalar(subject, predicate, item, terms, term, graph);
            }
        }
    }

    private void object(
            String subject,
            String predicate,
            ObjectNode object,
            ActiveTerms terms,
            @Nullable TermDefinition term,
            @Nullable String graph) {
        require(term == null || !"@json".equals(term.getTypeMapping()));
        if (!object.has("@value")) {
            dataset.add(subject, predicate, node(object, terms, term, graph), graph);
            return;
        }
        // JSON-LD section 4.2: text, in a language or not
        JsonNode text = object.path("@value");
        JsonNode language = object.path("@language");
        require(text.isString() && object.size() == (language.isString() ? 2 : 1));
        require(!language.isString() || JsonLd.isLanguageTag(language.stringValue()));
        String datatype = language.isString() ? RdfWriter.LANG_STRING : RdfWriter.XSD_STRING;
        // JSON-LD section 4.2.4: the library, as others, has tags in lower case
        String tag = language.isString() ? language.stringValue().toLowerCase(Locale.ROOT) : null;
        dataset.addLiteral(subject, predicate, text.stringValue(), datatype, tag, graph);
    }

    /** JSON-LD API sections 5.3 and 8.2. */
    private void scalar(
            String subject,
            String predicate,
            JsonNode value,
            ActiveTerms outer,
            @Nullable TermDefinition term,
            @Nullable String graph) {
        String type = term == null ? null : term.getTypeMapping();
        require(!"@json".equals(type)
                && !"@none".equals(type)
                && (value.isString() || value.isNumber() || value.isBoolean()));
        ActiveTerms terms = term == null ? outer : outer.ofProperty(term, false);
        boolean names = "@id".equals(type) || "@vocab".equals(type);
        if (names && value.isString()) {
            String text = value.stringValue();
            dataset.add(subject, predicate, "@id".equals(type) ? reference(text, terms) : word(text, terms), graph);
            return;
        }
        String datatype = names ? null : type;
        if (value.isString()) {
            dataset.addLiteral(
                    subject,
                    predicate,
                    value.stringValue(),
                    datatype == null ? RdfWriter.XSD_STRING : datatype,
                    null,
                    graph);
        } else if (value.isNumber()) {
            RdfWriter.addNumber(dataset, subject, predicate, number(value), datatype, graph);
        } else {
            dataset.addLiteral(
                    subject,
                    predicate,
                    value.booleanValue() ? "true" : "false",
                    datatype == null ? RdfWriter.XSD_BOOLEAN : datatype,
                    null,
                    graph);
        }
    }

    private static double number(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong()
                ? (double) number.longValue()
                : number.decimalValue().doubleValue();
    }

    /** The IRI that a word stands for (section 5.2 with the vocabulary). */
    private static String word(String word, ActiveTerms terms) {
        TermDefinition definition = terms.term(word);
        if (definition != null) {
            String iri = definition.getUriMapping();
            require(iri != null && iri.indexOf(':') > 0);
            return iri;
        }
        if (word.indexOf(':') >= 0) {
            require(isUri(word));
            return reference(word, terms);
        }
        String vocabulary = terms.vocabulary();
        require(vocabulary != null && !word.startsWith("@") && RdfWriter.isAbsolute(vocabulary + word));
        return vocabulary + word;
    }

    /** The IRI that a reference to a node is (section 5.2 without the vocabulary, and without a base). */
    private static String reference(String iri, ActiveTerms terms) {
        int colon = iri.indexOf(':');
        require(colon > 0 && terms.term(iri) == null && RdfWriter.isAbsolute(iri));
        TermDefinition prefix = terms.term(iri.substring(0, colon));
        require(prefix == null || !prefix.isPrefix());
        return iri;
    }

    private static boolean isUri(String text) {
        try {
            return URI.create(text).isAbsolute();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> strings(JsonNode json) {
        List<String> strings = new ArrayList<>();
        for (JsonNode item : json.isArray() ? json : json.isMissingNode() ? List.<JsonNode>of() : List.of(json)) {
            require(item.isString());
            strings.add(item.stringValue());
        }
        return strings;
    }

    private static void require(boolean usual) {
        if (!usual) {
            throw new UnusualException();
        }
    }
}
