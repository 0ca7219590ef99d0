package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON strictly, so that proofs are checked over what really came. */
public final class CredentialJson {

    /** The longest text read, in bytes; also what the HTTP server takes at most. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Objects and arrays inside each other. */
    public static final int MAX_DEPTH = 64;

    /** A double holds 17 significant digits and exponents up to 308: no number needs more characters. */
    private static final int MAX_NUMBER_CHARS = 400;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CredentialJson() {}

    /**
     * Reads JSON; no key twice in an object (RFC 7493 section 2.3), and numbers with all their digits.
     *
     * @throws MalformedException where it is no such JSON
     */
    public static JsonNode parse(byte[] json) {
        if (json.length > MAX_BYTES) {
            throw new MalformedException("more than " + MAX_BYTES + " bytes of JSON");
        }
        try {
            JsonNode tree = MAPPER.readTree(text(json));
            if (tree.isMissingNode()) {
                throw new MalformedException("not JSON: empty");
            }
            return tree;
        } catch (JacksonException e) {
            throw new MalformedException("not JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) { // what Jackson throws for an exponent beyond that of a BigDecimal
            throw new MalformedException("a number that nothing can hold", e);
        }
    }

    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8", e);
        }
    }
}
