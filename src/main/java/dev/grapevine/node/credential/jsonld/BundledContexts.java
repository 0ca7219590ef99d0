package dev.grapevine.node.credential.jsonld;

import com.apicatalog.jsonld.JsonLdError;
import com.apicatalog.jsonld.JsonLdErrorCode;
import com.apicatalog.jsonld.document.Document;
import com.apicatalog.jsonld.document.JsonDocument;
import com.apicatalog.jsonld.loader.DocumentLoader;
import com.apicatalog.jsonld.loader.DocumentLoaderOptions;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The contexts that are part of Grapevine, each under its URL; there are no others, and nothing is fetched. */
final class BundledContexts implements DocumentLoader {

    /** W3C's files, unchanged, and Grapevine's own: the resources' README says where they come from. */
    private static final Map<String, String> FILES = Map.of(
            "https://www.w3.org/2018/credentials/v1", "credentials-v1",
            "https://www.w3.org/ns/credentials/v2", "credentials-v2",
            "https://www.w3.org/ns/credentials/undefined-terms/v2", "undefined-terms-v2",
            "https://www.w3.org/ns/credentials/examples/v2", "examples-v2",
            "https://w3id.org/security/data-integrity/v2", "data-integrity-v2",
            "https://w3id.org/security/multikey/v1", "multikey-v1",
            "https://w3id.org/security/jwk/v1", "jwk-v1",
            "https://w3id.org/citizenship/v4rc1", "citizenship-v4rc1",
            "https://w3id.org/grapevine/profile/v1", "profile-v1");

    static final BundledContexts INSTANCE = new BundledContexts();

    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, JsonDocument> documents = new HashMap<>();
    private final Map<String, Set<String>> termsByIri = new HashMap<>();
    private final Set<String> vocabularies = new HashSet<>();

    private BundledContexts() {
        FILES.forEach((url, file) -> {
            byte[] bytes = read("/contexts/" + file + ".json");
            JsonDocument document = parse(url, bytes);
            files.put(url, bytes);
            documents.put(url, document);
            index(content(document).getJsonObject("@context"), Map.of());
        });
    }

    private static byte[] read(String path) {
        try (InputStream in = Objects.requireNonNull(BundledContexts.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonDocument parse(String url, byte[] json) {
        try {
            JsonDocument document = JsonDocument.of(new ByteArrayInputStream(json));
            document.setDocumentUrl(URI.create(url));
            return document;
        } catch (JsonLdError e) {
            throw new IllegalStateException("the bundled context " + url + " is no JSON", e);
        }
    }

    private static JsonObject content(JsonDocument document) {
        return document.getJsonContent().orElseThrow().asJsonObject();
    }

    /** Collects what the terms mean, those of contexts inside of contexts too. */
    private void index(JsonValue context, Map<String, String> outerPrefixes) {
        if (!(context instanceof JsonObject definitions)) {
            return;
        }
        Map<String, String> prefixes = new HashMap<>(outerPrefixes);
        definitions.forEach((term, definition) -> {
            if (definition instanceof JsonString text) {
                prefixes.put(term, text.getString());
            }
        });
        definitions.forEach((term, definition) -> {
            String iri = iri(definition, prefixes);
            if (term.equals("@vocab")) {
                vocabularies.add(Objects.requireNonNull(iri));
            } else if (iri != null && !term.startsWith("@")) {
                termsByIri.computeIfAbsent(iri, unknown -> new HashSet<>()).add(term);
            }
            if (definition instanceof JsonObject expanded && expanded.containsKey("@context")) {
                index(expanded.get("@context"), prefixes);
            }
        });
    }

    /** Written out where it is compact (JSON-LD API section 5.2). */
    private static @Nullable String iri(JsonValue definition, Map<String, String> prefixes) {
        JsonValue id = definition instanceof JsonObject expanded ? expanded.get("@id") : definition;
        if (!(id instanceof JsonString text)) {
            return null;
        }
        String iri = text.getString();
        int colon = iri.indexOf(':');
        String prefix = colon < 0 ? null : prefixes.get(iri.substring(0, colon));
        return prefix == null ? iri : prefix + iri.substring(colon + 1);
    }

    Optional<byte[]> bytes(String url) {
        return Optional.ofNullable(files.get(url)).map(byte[]::clone);
    }

    boolean contains(String url) {
        return documents.containsKey(url);
    }

    /** Whether a context gives a term a meaning wherever the context holds; contexts inside of contexts do not. */
    boolean defines(String url, String term) {
        JsonDocument document = documents.get(url);
        JsonObject context = document == null
                ? JsonValue.EMPTY_JSON_OBJECT
                : content(document).getJsonObject("@context");
        return !term.startsWith("@")
                && (context.containsKey(term)
                        || (context.containsKey("@vocab") && RdfWriter.isAbsolute(context.getString("@vocab") + term)));
    }

    /** Whether an IRI is what a bundled context calls by another word than this one. */
    boolean knowsByAnotherTerm(String iri, String term) {
        if (iri.startsWith("@") || termsByIri.containsKey(iri)) {
            return !termsByIri.getOrDefault(iri, Set.of()).contains(term);
        }
        return vocabularies.stream()
                .anyMatch(vocabulary -> iri.startsWith(vocabulary) && !iri.equals(vocabulary + term));
    }

    @Override
    public Document loadDocument(URI url, DocumentLoaderOptions options) throws JsonLdError {
        Document document = documents.get(url.toString());
        if (document == null) {
            throw new JsonLdError(JsonLdErrorCode.LOADING_REMOTE_CONTEXT_FAILED, "unknown context " + url);
        }
        return document;
    }
}
