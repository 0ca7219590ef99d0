package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Strict reading of JSON, and its canonical form (RFC 8785). */
final class Jcs {

    /** The longest text read, in bytes; also what the HTTP server takes at most. */
    static final int MAX_JSON_BYTES = 256 * 1024;

    /** Objects and arrays inside each other. */
    static final int MAX_DEPTH = 64;

    /** A double holds 17 significant digits and exponents up to 308: no number needs more characters. */
    private static final int MAX_NUMBER_CHARS = 400;

    /** From 2^53 on, a double skips integers. */
    private static final double FIRST_INEXACT_INTEGER = 0x1p53;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_JSON_BYTES)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Jcs() {}

    /**
     * Reads JSON; no key twice in an object (RFC 7493 section 2.3), and numbers with all their digits.
     *
     * @throws MalformedException where it is no such JSON
     */
    static JsonNode parse(byte[] json) {
        if (json.length > MAX_JSON_BYTES) {
            throw new MalformedException("more than " + MAX_JSON_BYTES + " bytes of JSON");
        }
        try {
            JsonNode tree = MAPPER.readTree(text(json));
            if (tree.isMissingNode()) {
                throw new MalformedException("not JSON: empty");
            }
            return tree;
        } catch (JacksonException e) {
            throw new MalformedException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

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

    private static void requireIJson(JsonNode json) {
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

    private static String text(byte[] utf8) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(utf8));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8", e);
        }
    }
}
