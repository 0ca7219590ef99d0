package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import org.erdtman.jcs.NumberToJSON;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The canonical form of JSON (RFC 8785). */
final class Jcs {

    /** From 2^53 on, a double skips integers. */
    private static final double FIRST_INEXACT_INTEGER = 0x1p53;

    /** The characters that have escapes of one letter, and these letters. */
    private static final String ESCAPED = "\b\t\n\f\r\"\\";

    private static final String LETTERS = "btnfr\"\\";

    private Jcs() {}

    /**
     * The canonical form of JSON.
     *
     * @throws MalformedException for text or numbers that have none: RFC 8785 builds on I-JSON (RFC 7493)
     */
    static String canonical(JsonNode json) {
        StringBuilder out = new StringBuilder(1024);
        append(out, json);
        return out.toString();
    }

    private static void append(StringBuilder out, JsonNode json) {
        switch (json.getNodeType()) {
            case OBJECT -> object(out, json);
            case ARRAY -> {
                out.append('[');
                String separator = "";
                for (JsonNode item : json) {
                    out.append(separator);
                    append(out, item);
                    separator = ",";
                }
                out.append(']');
            }
            case STRING -> string(out, json.stringValue());
            case NUMBER -> number(out, json);
            case BOOLEAN -> out.append(json.booleanValue());
            case NULL -> out.append("null");
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not of JSON: " + json.getNodeType());
        }
    }

    /** RFC 8785 section 3.2.3: by UTF-16 code units, which is the order of Java's strings. */
    private static void object(StringBuilder out, JsonNode object) {
        String[] names = object.propertyNames().toArray(String[]::new);
        Arrays.sort(names);
        out.append('{');
        for (int i = 0; i < names.length; i++) {
            if (i > 0) {
                out.append(',');
            }
            string(out, names[i]);
            out.append(':');
            append(out, object.path(names[i]));
        }
        out.append('}');
    }

    /** RFC 8785 section 3.2.2.2. */
    private static void string(StringBuilder out, String text) {
        if (isPlain(text)) {
            out.append('"').append(text).append('"');
            return;
        }
        requireUnicode(text);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int letter = c > '\\' ? -1 : ESCAPED.indexOf(c);
            if (letter >= 0) {
                out.append('\\').append(LETTERS.charAt(letter));
            } else if (c < ' ') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Whether text is written as it is; most is, and at once. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 8785 section 3.2.2.3. */
    private static void number(StringBuilder out, JsonNode number) {
        if (number.isIntegralNumber() && number.canConvertToLong() && isExact(number.longValue())) {
            out.append(number.longValue());
            return;
        }
        requireDouble(number);
        try {
            out.append(NumberToJSON.serializeNumber(number.decimalValue().doubleValue()));
        } catch (IOException e) {
            throw new MalformedException("no canonical form: " + e.getMessage(), e);
        }
    }

    private static boolean isExact(long number) {
        return Math.abs(number) < FIRST_INEXACT_INTEGER && number != Long.MIN_VALUE;
    }

    /** @throws MalformedException where there is text or a number that has no canonical form */
    static void requireIJson(JsonNode json) {
        if (json.isString()) {
            requireUnicode(json.stringValue());
        } else if (json.isNumber()) {
            requireDouble(json);
        } else if (json.isContainer()) {
            for (var property : json.properties()) {
                requireUnicode(property.getKey());
            }
            for (JsonNode child : json) {
                requireIJson(child);
            }
        }
    }

    /** RFC 7493 section 2.1: no half of a surrogate pair. */
    private static void requireUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new MalformedException("text with half of a surrogate pair");
            }
        }
    }

    /**
     * RFC 7493 section 2.2: what is signed is the double. Digits of a fraction that it cannot hold are rounded away, as
     * RFC 8785 wants; a number that is changed beyond that, as big integers are, says something that nobody signed.
     */
    private static void requireDouble(JsonNode number) {
        if (number.isInt()) {
            return;
        }
        BigDecimal exact;
        try {
            exact = number.decimalValue();
        } catch (JacksonException e) {
            throw new MalformedException("not a finite number", e);
        }
        double value = exact.doubleValue();
        if (!Double.isFinite(value)
                || (Math.abs(value) >= FIRST_INEXACT_INTEGER
                        && exact.compareTo(new BigDecimal(Double.toString(value))) != 0)) {
            throw new MalformedException("a number beyond the precision of a double");
        }
    }
}
