package dev.grapevine.node.credential.jsonld;

import com.apicatalog.jsonld.JsonLdError;
import com.apicatalog.jsonld.JsonLdErrorCode;
import com.apicatalog.jsonld.JsonLdOptions;
import com.apicatalog.jsonld.JsonLdOptions.ProcessingPolicy;
import com.apicatalog.jsonld.document.JsonDocument;
import com.apicatalog.jsonld.processor.ExpansionProcessor;
import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** Processes documents as JSON-LD 1.1. Safe for use by several threads. */
public final class JsonLd {

    /** No document of {@code CredentialJson.MAX_BYTES} takes as long that is not made to. */
    private static final Duration MAX_TIME = Duration.ofSeconds(2);

    /** RFC 5646 section 2.1, its lengths. */
    private static final Pattern LANGUAGE_TAG = Pattern.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*");

    private JsonLd() {}

    /** Whether text has the form of a language tag, such as {@code de-CH}. */
    public static boolean isLanguageTag(String text) {
        return LANGUAGE_TAG.matcher(text).matches();
    }

    /**
     * Checks the contexts of a document: each is part of Grapevine or stands in the document, and none of them gives a term that
     * is protected, or that a bundled context has, another meaning.
     *
     * @throws JsonLdException where a context is not allowed
     */
    public static Terms terms(ObjectNode document) {
        Terms terms = Terms.of(document);
        if (!terms.own().isEmpty()) {
            expand(document, ProcessingPolicy.Ignore);
        }
        return terms;
    }

    /** The very bytes of a context that is part of Grapevine; empty for any other URL. */
    public static Optional<byte[]> bundledContext(String url) {
        return BundledContexts.INSTANCE.bytes(url);
    }

    /**
     * The canonical form of the RDF dataset that a document is (RDFC-1.0): N-Quads, each with its end of line.
     *
     * @param hash Java's name of the hash that the algorithm uses, SHA-256 or SHA-384
     * @throws JsonLdException where the document makes no RDF, or would lose something on the way
     */
    public static String canonicalRdf(ObjectNode document, String hash) {
        Compacted.require(document, Terms.of(document));
        return dataset(document).canonical(hash);
    }

    private static Dataset dataset(ObjectNode document) {
        try {
            return CompactedWriter.write(document);
        } catch (UnusualException e) {
            return byLibrary(document);
        }
    }

    /** Of any document, and with an error that tells what is wrong with it. */
    static Dataset byLibrary(ObjectNode document) {
        return Dataset.of(expand(document, ProcessingPolicy.Fail));
    }

    private static JsonArray expand(ObjectNode document, ProcessingPolicy undefinedTerms) {
        JsonLdOptions options = new JsonLdOptions(BundledContexts.INSTANCE);
        options.setBase(null);
        options.setDocumentCache(null);
        options.setContextCache(null);
        options.setUndefinedTermsPolicy(undefinedTerms);
        options.setTimeout(MAX_TIME);
        try {
            return ExpansionProcessor.expand(JsonDocument.of(JakartaJson.of(document)), options, false);
        } catch (JsonLdError e) {
            throw new JsonLdException(reason(e.getCode()), detail(e), e);
        } catch (JsonException | IllegalArgumentException | ClassCastException e) {
            throw new JsonLdException(Reason.INVALID, "no JSON-LD: " + e.getMessage(), e);
        }
    }

    private static Reason reason(JsonLdErrorCode code) {
        return switch (code) {
            case UNDEFINED_TERM -> Reason.DATA_LOSS;
            case PROTECTED_TERM_REDEFINITION,
                    INVALID_CONTEXT_NULLIFICATION,
                    LOADING_REMOTE_CONTEXT_FAILED,
                    INVALID_LOCAL_CONTEXT,
                    INVALID_TERM_DEFINITION,
                    KEYWORD_REDEFINITION,
                    CYCLIC_IRI_MAPPING,
                    CONTEXT_OVERFLOW -> Reason.CONTEXT;
            default -> Reason.INVALID;
        };
    }

    private static String detail(JsonLdError error) {
        String code = error.getCode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return error.getMessage() == null ? code : code + ": " + error.getMessage();
    }
}
