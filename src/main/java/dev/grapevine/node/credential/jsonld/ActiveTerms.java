package dev.grapevine.node.credential.jsonld;

import com.apicatalog.jsonld.JsonLdError;
import com.apicatalog.jsonld.JsonLdOptions;
import com.apicatalog.jsonld.context.ActiveContext;
import com.apicatalog.jsonld.context.ActiveContextBuilder;
import com.apicatalog.jsonld.context.TermDefinition;
import com.apicatalog.jsonld.processor.ProcessingRuntime;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What terms mean at one place of a document whose contexts are all part of Grapevine: an active context (JSON-LD API section
 * 4.1). The library processes contexts, each once: what comes of it is kept, for there are few, and documents many. Nothing of a
 * document is kept. Safe for use by several threads.
 */
final class ActiveTerms {

    /** Of all that are kept. The bundled contexts give some dozens; who names them in every order gets no further. */
    static final int MAX_KEPT = 512;

    /** Of no context at all. */
    static final ActiveTerms NONE = none(MAX_KEPT);

    private final AtomicInteger room;
    private final ActiveContext context;
    private final @Nullable ActiveTerms previous;
    private final Map<String, TermDefinition> terms;
    private final Map<Object, ActiveTerms> next = new ConcurrentHashMap<>();

    private ActiveTerms(AtomicInteger room, ActiveContext context, @Nullable ActiveTerms previous) {
        this.room = room;
        this.context = context;
        this.previous = previous;
        this.terms = new HashMap<>(context.getTermsMapping());
    }

    /** Of no context, with room for as many that are made of it. */
    static ActiveTerms none(int maxKept) {
        ActiveContext empty = new ActiveContext(ProcessingRuntime.of(new JsonLdOptions(BundledContexts.INSTANCE)));
        return new ActiveTerms(new AtomicInteger(maxKept), empty, null);
    }

    private record OfContexts(List<String> urls) {}

    private record OfTypes(List<String> types) {}

    /** @param override whether protected terms may be given another meaning */
    private record OfProperty(TermDefinition property, boolean override) {}

    /** What a term is defined as; null if it is not. */
    @Nullable
    TermDefinition term(String term) {
        return terms.get(term);
    }

    /** What all words without a definition begin with, as IRIs; null if they mean nothing. */
    @Nullable
    String vocabulary() {
        return context.getVocabularyMapping();
    }

    /** Whether text has a language or a direction without saying so. */
    boolean hasDefaults() {
        return context.getDefaultLanguage() != null || context.getDefaultBaseDirection() != null;
    }

    /** What holds again in nodes inside of a typed one (section 4.1.3); null where that is the same. */
    @Nullable
    ActiveTerms previous() {
        return previous;
    }

    /** With contexts that a document names. */
    ActiveTerms with(List<String> urls) {
        return kept(new OfContexts(urls), () -> {
            JsonArrayBuilder names = Json.createArrayBuilder();
            urls.forEach(names::add);
            return created(context.newContext(), names.build(), null);
        });
    }

    /** With the contexts of types, which are in the order of the alphabet. */
    ActiveTerms ofTypes(List<String> types) {
        return kept(new OfTypes(types), () -> {
            ActiveTerms result = this;
            for (String type : types) {
                TermDefinition definition = term(type);
                if (definition == null || !definition.hasLocalContext()) {
                    throw new UnusualException();
                }
                result = result.created(
                        result.context.newContext().propagate(false), definition.getLocalContext(), definition);
            }
            return result;
        });
    }

    /** With the context of a property, if it has one. */
    ActiveTerms ofProperty(TermDefinition property, boolean override) {
        if (!property.hasLocalContext()) {
            return this;
        }
        return kept(
                new OfProperty(property, override),
                () -> created(context.newContext().overrideProtected(override), property.getLocalContext(), property));
    }

    private ActiveTerms created(ActiveContextBuilder builder, JsonValue local, @Nullable TermDefinition definition)
            throws JsonLdError {
        ActiveContext created = builder.create(local, definition == null ? null : definition.getBaseUrl());
        ActiveContext before = created.getPreviousContext();
        if (before == null) {
            return new ActiveTerms(room, created, null);
        }
        if (before == context) {
            return new ActiveTerms(room, created, this);
        }
        if (previous != null && before == previous.context) {
            return new ActiveTerms(room, created, previous);
        }
        throw new UnusualException();
    }

    @FunctionalInterface
    private interface Creation {
        ActiveTerms create() throws JsonLdError;
    }

    private ActiveTerms kept(Object key, Creation creation) {
        ActiveTerms known = next.get(key);
        if (known != null) {
            return known;
        }
        if (room.get() <= 0) {
            throw new UnusualException();
        }
        try {
            ActiveTerms created = creation.create();
            ActiveTerms before = next.putIfAbsent(key, created);
            if (before != null) {
                return before;
            }
            room.decrementAndGet();
            return created;
        } catch (JsonLdError e) {
            throw new UnusualException();
        }
    }
}
