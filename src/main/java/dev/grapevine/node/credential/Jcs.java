package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.math.BigDecimal;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The canonical form of JSON (RFC 8785). */
final class Jcs {

    /** From 2^53 on, a double skips integers. */
    private static final double FIRST_INEXACT_INTEGER = 0x1p53;

    private Jcs() {}

    /**
     * The canonical form of an object or array.
     *
     * @throws MalformedException for text or numbers that have none: RFC 8785 builds on I-JSON (RFC 7493)
     */
    static String canonical(JsonNode json) {
        requireIJson(json);
        try {
            return new JsonCanonicalizer(json.toString()).getEncodedString();
        } catch (IOException e) {
            throw new MalformedException("no canonical form: " + e.getMessage(), e);
        }
    }

    /** @throws MalformedException where there is text or a number that has no canonical form */
    static void requireIJson(JsonNode json) {
        if (json.isString()) {
            requireUnicode(json.stringValue());
        } else if (json.isNumber()) {
            requireDouble(json);
        } else {
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
