package dev.grapevine.node.credential.jsonld;

import com.apicatalog.rdf.api.RdfConsumerException;
import com.apicatalog.rdf.api.RdfQuadConsumer;
import com.apicatalog.rdf.canon.RdfCanon;
import com.apicatalog.rdf.canon.RdfCanonTicker;
import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import jakarta.json.JsonArray;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An RDF dataset: a set of quads. */
final class Dataset {

    /** Each of them may lead the canonicalisation one step deeper. Nodes with an id, and literals, do not count. */
    static final int MAX_BLANK_NODES = 1_000;

    /**
     * Of the canonicalisation. A tree of {@link #MAX_BLANK_NODES} takes less than a tenth; graphs that are made to keep it busy
     * ("poisoned", RDFC-1.0 section 7.1) take as many as they are let.
     */
    static final int MAX_STEPS = 50_000;

    private final Set<Quad> quads = new LinkedHashSet<>();
    private int blankNodes;

    /** @param datatype null: the object is a resource */
    record Quad(
            String subject,
            String predicate,
            String object,
            @Nullable String datatype,
            @Nullable String language,
            @Nullable String graph) {}

    /** The dataset of an expanded document (JSON-LD API section 8.1). */
    static Dataset of(JsonArray expanded) {
        Dataset dataset = new Dataset();
        new RdfWriter(dataset).write(expanded);
        return dataset;
    }

    boolean isEmpty() {
        return quads.isEmpty();
    }

    String newBlankNode() {
        if (++blankNodes > MAX_BLANK_NODES) {
            throw new JsonLdException(Reason.INVALID, "more than " + MAX_BLANK_NODES + " nodes without an id");
        }
        return "_:b" + blankNodes;
    }

    void add(String subject, String predicate, String resource, @Nullable String graph) {
        quads.add(new Quad(subject, predicate, resource, null, null, graph));
    }

    void addLiteral(
            String subject,
            String predicate,
            String value,
            String datatype,
            @Nullable String language,
            @Nullable String graph) {
        quads.add(new Quad(subject, predicate, value, datatype, language, graph));
    }

    /** The canonical form; by the library where nodes without an id can be told apart only by their neighbours. */
    String canonical(String hash) {
        return FirstDegree.canonical(quads, hash).orElseGet(() -> byLibrary(hash));
    }

    String byLibrary(String hash) {
        RdfCanon canon = RdfCanon.create(hash, new Steps());
        for (Quad quad : quads) {
            canon.quad(quad.subject, quad.predicate, quad.object, quad.datatype, quad.language, null, quad.graph);
        }
        return canonical(canon);
    }

    static String canonical(RdfCanon canon) {
        StringBuilder lines = new StringBuilder(4096);
        try {
            canon.provide(new Lines(lines));
        } catch (RdfConsumerException | IllegalStateException e) {
            throw new JsonLdException(Reason.INVALID, "no canonical form: " + e.getMessage(), e);
        }
        return lines.toString();
    }

    private record Lines(StringBuilder text) implements RdfQuadConsumer {

        @Override
        public Lines quad(
                String subject,
                String predicate,
                String object,
                @Nullable String datatype,
                @Nullable String language,
                @Nullable String direction,
                @Nullable String graph) {
            NQuads.append(text, new Quad(subject, predicate, object, datatype, language, graph), label -> label);
            return this;
        }
    }

    /** Ends a canonicalisation that takes too many. */
    static final class Steps implements RdfCanonTicker {

        private int steps;

        @Override
        public void tick() {
            if (++steps > MAX_STEPS) {
                throw new IllegalStateException("it takes more than " + MAX_STEPS + " steps");
            }
        }
    }
}
