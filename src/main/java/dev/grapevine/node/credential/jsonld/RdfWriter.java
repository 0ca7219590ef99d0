package dev.grapevine.node.credential.jsonld;

import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an expanded document as RDF (JSON-LD API section 8.1), but refuses what that algorithm drops: relative IRIs,
 * indexes, blank nodes by name (VCDM 2.0 section 4.4: an id is a URL). A direction of text becomes part of its datatype, by the option
 * {@code i18n-datatype}; no specification of a cryptosuite says so, but those who made them do it ({@code @digitalbazaar/eddsa-rdfc-2022-cryptosuite}).
 */
final class RdfWriter {

    private static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static final String XSD = "http://www.w3.org/2001/XMLSchema#";

    /** JSON-LD API section 8.2.2, step 13: datatypes of texts with a direction. */
    private static final String I18N = "https://www.w3.org/ns/i18n#";

    static final String RDF_TYPE = RDF + "type";
    static final String LANG_STRING = RDF + "langString";
    static final String XSD_STRING = XSD + "string";
    static final String XSD_BOOLEAN = XSD + "boolean";

    /** What would end an IRI in N-Quads, besides controls and spaces. */
    private static final String NOT_IN_IRIS = "<>\"{}|^`\\";

    private final Dataset dataset;

    RdfWriter(Dataset dataset) {
        this.dataset = dataset;
    }

    void write(JsonArray expanded) {
        for (JsonValue node : expanded) {
            node(node, null);
        }
    }

    /** @return what stands for the node in triples */
    private String node(JsonValue value, @Nullable String graph) {
        if (!(value instanceof JsonObject node) || node.containsKey("@value") || node.containsKey("@list")) {
            throw lost("a value on its own, of no node: " + value);
        }
        JsonValue id = node.get("@id");
        String subject = id == null ? dataset.newBlankNode() : iri(id);
        node.forEach((key, values) -> {
            switch (key) {
                case "@id" -> {}
                case "@type" -> types(subject, values, graph);
                case "@graph" -> array(values).forEach(inner -> node(inner, subject));
                case "@included", "@reverse", "@index" -> throw lost(key + " in a document");
                default -> {
                    String predicate = iri(key);
                    for (JsonValue object : array(values)) {
                        object(subject, predicate, object, graph);
                    }
                }
            }
        });
        return subject;
    }

    private void types(String subject, JsonValue types, @Nullable String graph) {
        for (JsonValue type : array(types)) {
            dataset.add(subject, RDF_TYPE, iri(type), graph);
        }
    }

    private void object(String subject, String predicate, JsonValue value, @Nullable String graph) {
        if (value instanceof JsonObject object && object.containsKey("@value")) {
            literal(subject, predicate, object, graph);
        } else if (value instanceof JsonObject object && object.containsKey("@list")) {
            if (object.size() > 1) {
                throw lost("an index of a list");
            }
            list(subject, predicate, array(object.get("@list")), graph);
        } else {
            dataset.add(subject, predicate, node(value, graph), graph);
        }
    }

    /** JSON-LD API section 8.5. */
    private void list(String subject, String predicate, List<JsonValue> items, @Nullable String graph) {
        String before = subject;
        String link = predicate;
        for (JsonValue item : items) {
            String cell = dataset.newBlankNode();
            dataset.add(before, link, cell, graph);
            object(cell, RDF + "first", item, graph);
            before = cell;
            link = RDF + "rest";
        }
        dataset.add(before, link, RDF + "nil", graph);
    }

    /** JSON-LD API section 8.2. */
    private void literal(String subject, String predicate, JsonObject object, @Nullable String graph) {
        if (object.containsKey("@index")) {
            throw lost("the index of a text");
        }
        JsonValue value = object.getOrDefault("@value", JsonValue.NULL);
        String type = object.containsKey("@type") ? text(object.get("@type")) : null;
        String language = object.containsKey("@language") ? text(object.get("@language")) : null;
        if (language != null && !JsonLd.isLanguageTag(language)) {
            throw lost("text in a language that is no language tag: " + language);
        }
        if (object.containsKey("@direction")) {
            String tag = language == null ? "" : language.toLowerCase(Locale.ROOT);
            String datatype = I18N + tag + "_" + text(object.get("@direction"));
            dataset.addLiteral(subject, predicate, text(value), datatype, null, graph);
            return;
        }
        String lexical;
        String datatype;
        if ("@json".equals(type)) {
            lexical = canonicalJson(value);
            datatype = RDF + "JSON";
        } else if (value instanceof JsonString string) {
            lexical = string.getString();
            datatype = language != null ? LANG_STRING : XSD_STRING;
        } else if (value instanceof JsonNumber number) {
            addNumber(dataset, subject, predicate, number.doubleValue(), type == null ? null : iri(type), graph);
            return;
        } else {
            lexical = value.toString();
            datatype = XSD_BOOLEAN;
        }
        if (type != null && !type.equals("@json")) {
            datatype = iri(type);
        }
        dataset.addLiteral(subject, predicate, lexical, datatype, language, graph);
    }

    /** @param type null: what fits the number */
    static void addNumber(
            Dataset dataset,
            String subject,
            String predicate,
            double number,
            @Nullable String type,
            @Nullable String graph) {
        boolean isDouble = (XSD + "double").equals(type) || !Numbers.isInteger(number);
        String lexical = isDouble ? Numbers.xsdDouble(number) : Numbers.xsdInteger(number);
        String datatype = type == null ? XSD + (isDouble ? "double" : "integer") : type;
        dataset.addLiteral(subject, predicate, lexical, datatype, null, graph);
    }

    private static String canonicalJson(JsonValue value) {
        try {
            String array = new JsonCanonicalizer("[" + value + "]").getEncodedString();
            return array.substring(1, array.length() - 1);
        } catch (IOException e) {
            throw new JsonLdException(Reason.INVALID, "JSON without a canonical form", e);
        }
    }

    private static List<JsonValue> array(JsonValue value) {
        return value instanceof JsonArray array ? array : List.of(value);
    }

    private static String iri(JsonValue value) {
        return iri(text(value));
    }

    /** RFC 3987, as far as N-Quads can write it: a scheme, and nothing that would end the IRI. */
    static boolean isAbsolute(String iri) {
        int colon = iri.indexOf(':');
        if (colon < 1 || !isLetter(iri.charAt(0))) {
            return false;
        }
        for (int i = 1; i < colon; i++) {
            char c = iri.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && "+.-".indexOf(c) < 0) {
                return false;
            }
        }
        for (int i = colon + 1; i < iri.length(); i++) {
            char c = iri.charAt(i);
            if (c <= ' ' || (c < 0x80 && NOT_IN_IRIS.indexOf(c) >= 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String iri(String text) {
        if (!isAbsolute(text)) {
            throw lost("not an absolute IRI: " + text);
        }
        return text;
    }

    private static String text(JsonValue value) {
        if (value instanceof JsonString string) {
            return string.getString();
        }
        throw lost("not text: " + value);
    }

    private static JsonLdException lost(String detail) {
        return new JsonLdException(Reason.DATA_LOSS, detail);
    }
}
