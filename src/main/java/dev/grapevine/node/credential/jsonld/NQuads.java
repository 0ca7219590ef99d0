package dev.grapevine.node.credential.jsonld;

import dev.grapevine.node.credential.jsonld.Dataset.Quad;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/** The canonical form of N-Quads (RDF 1.2 N-Quads, section "Canonical N-Quads", which RDFC-1.0 uses). */
final class NQuads {

    /** The order of code points, which is not Java's where there are characters beyond the basic plane. */
    static final Comparator<String> CODE_POINTS = NQuads::compare;

    private static final int DELETE = 0x7f;

    /** The characters that have escapes of one letter, and these letters. */
    private static final String ESCAPED = "\b\t\n\f\r\"\\";

    private static final String LETTERS = "btnfr\"\\";

    private NQuads() {}

    static boolean isBlank(String node) {
        return node.startsWith("_:");
    }

    /** @param labels gives blank nodes their labels */
    static void append(StringBuilder out, Quad quad, UnaryOperator<String> labels) {
        resource(out, quad.subject(), labels);
        resource(out, quad.predicate(), labels);
        String datatype = quad.datatype();
        if (datatype == null) {
            resource(out, quad.object(), labels);
        } else {
            out.append('"');
            escape(out, quad.object());
            out.append('"');
            if (quad.language() != null) {
                out.append('@').append(quad.language());
            } else if (!datatype.equals(RdfWriter.XSD_STRING)) {
                out.append("^^<").append(datatype).append('>');
            }
            out.append(' ');
        }
        String graph = quad.graph();
        if (graph != null) {
            resource(out, graph, labels);
        }
        out.append(".\n");
    }

    private static void resource(StringBuilder out, String resource, UnaryOperator<String> labels) {
        if (isBlank(resource)) {
            out.append(labels.apply(resource)).append(' ');
        } else {
            out.append('<').append(resource).append("> ");
        }
    }

    private static void escape(StringBuilder out, String text) {
        if (isPlain(text)) {
            out.append(text);
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int letter = c > '\\' ? -1 : ESCAPED.indexOf(c);
            if (letter >= 0) {
                out.append('\\').append(LETTERS.charAt(letter));
            } else if (c < ' ' || c == DELETE || c >= '\ufffe') {
                out.append("\\u%04X".formatted((int) c));
            } else {
                out.append(c);
            }
        }
    }

    /** Whether text is written as it is; most is, and at once. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == DELETE || c >= '\ufffe') {
                return false;
            }
        }
        return true;
    }

    private static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // surrogates stand for code points beyond all other characters
                boolean unequal = Character.isSurrogate(x) != Character.isSurrogate(y);
                return unequal ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
            }
        }
        return a.length() - b.length();
    }
}
