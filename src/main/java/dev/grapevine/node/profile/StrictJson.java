package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads I-JSON objects (RFC 7493) and nothing laxer: UTF-8 without a byte order mark, no key twice, no lone surrogate,
 * numbers that a double can hold; and besides no U+0000, which PostgreSQL cannot keep.
 */
public final class StrictJson {

    /** The longest number, in characters. */
    private static final int MAX_NUMBER_CHARS = 64;

    private final JsonMapper mapper;

    /** @param maxDepth how deep objects and arrays may nest, the outermost object counted */
    public StrictJson(int maxDepth) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        mapper = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    /**
     * Reads one object.
     *
     * @throws MalformedException with a message that says what is wrong
     */
    public ObjectNode readObject(byte[] json) {
        try {
            if (!(mapper.readTree(utf8(json)) instanceof ObjectNode object)) {
                throw new MalformedException("not a JSON object");
            }
            check(object);
            return object;
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8", e);
        } catch (JacksonException e) {
            throw new MalformedException("not strict JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) { // what Jackson throws for an exponent beyond that of a BigDecimal
            throw new MalformedException("a number beyond a double", e);
        }
    }

    /** Writes a tree in the shortest form; keys stay in their order. */
    public byte[] write(JsonNode node) {
        return mapper.writeValueAsBytes(node);
    }

    private static String utf8(byte[] json) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(json))
                .toString();
    }

    private static void check(JsonNode node) {
        if (node.isString()) {
            checkText(node.stringValue());
        } else if (node.isNumber() && !Double.isFinite(node.asDouble())) {
            throw new MalformedException("a number beyond a double");
        } else if (node.isObject()) {
            node.propertyNames().forEach(StrictJson::checkText);
        }
        node.forEach(StrictJson::check);
    }

    /** RFC 7493, section 2.1: no surrogates that are not a pair. */
    private static void checkText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                throw new MalformedException("text with U+0000 or half a surrogate pair");
            }
            if (pair) {
                i++;
            }
        }
    }
}
