package dev.grapevine.node.credential.jsonld;

import dev.grapevine.node.credential.jsonld.Dataset.Quad;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * RDFC-1.0 for datasets in which the quads that a blank node stands in tell it from all others, as in most credentials: sections
 * 4.4.3 steps 2 to 4, and 4.6.
 */
final class FirstDegree {

    private final Map<String, List<Quad>> quadsByNode = new LinkedHashMap<>();
    private final MessageDigest digest;

    private FirstDegree(String hash) {
        try {
            digest = MessageDigest.getInstance(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + hash, e);
        }
    }

    /**
     * The canonical N-Quads.
     *
     * @param hash Java's name of the hash
     * @return empty where two blank nodes cannot be told apart in this way
     */
    static Optional<String> canonical(Collection<Quad> quads, String hash) {
        FirstDegree nodes = new FirstDegree(hash);
        quads.forEach(nodes::index);
        Map<String, String> labels = nodes.labels();
        return labels == null ? Optional.empty() : Optional.of(lines(quads, labels));
    }

    private void index(Quad quad) {
        index(quad.subject(), quad);
        if (quad.datatype() == null && !quad.object().equals(quad.subject())) {
            index(quad.object(), quad);
        }
        String graph = quad.graph();
        if (graph != null && !graph.equals(quad.subject()) && !graph.equals(quad.object())) {
            index(graph, quad);
        }
    }

    private void index(String node, Quad quad) {
        if (NQuads.isBlank(node)) {
            quadsByNode.computeIfAbsent(node, first -> new ArrayList<>(4)).add(quad);
        }
    }

    /** Of each blank node, in the order of their hashes; null where two have the same. */
    private @Nullable Map<String, String> labels() {
        Map<String, String> nodesByHash = new TreeMap<>();
        for (var node : quadsByNode.entrySet()) {
            if (nodesByHash.put(hash(node.getKey(), node.getValue()), node.getKey()) != null) {
                return null;
            }
        }
        Map<String, String> labels = new HashMap<>();
        for (String node : nodesByHash.values()) {
            labels.put(node, "_:c14n" + labels.size());
        }
        return labels;
    }

    /** Section 4.6.3. */
    private String hash(String node, List<Quad> quads) {
        String[] lines = new String[quads.size()];
        StringBuilder line = new StringBuilder(256);
        for (int i = 0; i < lines.length; i++) {
            line.setLength(0);
            NQuads.append(line, quads.get(i), other -> other.equals(node) ? "_:a" : "_:z");
            lines[i] = line.toString();
        }
        Arrays.sort(lines, NQuads.CODE_POINTS);
        for (String sorted : lines) {
            digest.update(sorted.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String lines(Collection<Quad> quads, Map<String, String> labels) {
        List<String> lines = new ArrayList<>(quads.size());
        StringBuilder line = new StringBuilder(256);
        int length = 0;
        for (Quad quad : quads) {
            line.setLength(0);
            NQuads.append(line, quad, node -> labels.getOrDefault(node, node));
            lines.add(line.toString());
            length += line.length();
        }
        lines.sort(NQuads.CODE_POINTS);
        StringBuilder text = new StringBuilder(length);
        lines.forEach(text::append);
        return text.toString();
    }
}
