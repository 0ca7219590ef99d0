package dev.grapevine.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What spoils a request: values that nobody expects, in place of those that fit. */
final class Hostile {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int LONG_CHARS = 5000;
    private static final int DEEP = 2000;

    /** Texts that programs stumble over. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "-1",
            "0",
            "99999999999999999999",
            "1e400",
            "NaN",
            "true",
            "../../etc/passwd",
            "a/b",
            "a%2Fb",
            "a;b=c",
            "a?b#c",
            "%",
            "%zz",
            "%00",
            "import",
            "lookup",
            "stream",
            "revoke",
            "ADA",
            "ada ",
            ".",
            "..",
            "-ada",
            "'; DROP TABLE profile; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://x}",
            "\ud83d\ude00",
            "\u0000",
            "\u202e",
            "e\u0301",
            "\ufeffada",
            "\uffff",
            "*",
            "\"",
            "W/\"x\"",
            "did:key:z6Mk",
            "did:web:a%3A8080",
            "2030-13-45T99:00:00Z",
            "x".repeat(64),
            "x".repeat(65),
            "\u00e9".repeat(257),
            "x".repeat(3000));

    static final List<String> MEDIA_TYPES = List.of(
            "*/*",
            "application/json",
            "application/*",
            "application/x-ndjson",
            "text/csv",
            "text/html",
            "image/png",
            "text/event-stream",
            "application/problem+json",
            "application/json;charset=utf-16",
            "application/json;q=0",
            "nonsense",
            "a/b/c",
            "application/xml;q=x",
            "");

    private final RandomGenerator random;

    Hostile(RandomGenerator random) {
        this.random = random;
    }

    String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    String mediaType() {
        return MEDIA_TYPES.get(random.nextInt(MEDIA_TYPES.size()));
    }

    /** The value with one of its places spoilt. */
    JsonNode spoil(JsonNode value) {
        if (value instanceof ObjectNode object && !object.isEmpty() && random.nextInt(5) > 0) {
            ObjectNode copy = object.deepCopy();
            List<String> names = new ArrayList<>(copy.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> copy.remove(name);
                case 1 -> copy.set("unknown" + text(), other());
                default -> copy.set(name, spoil(copy.get(name)));
            }
            return copy;
        }
        if (value instanceof ArrayNode array && !array.isEmpty() && random.nextInt(5) > 0) {
            ArrayNode copy = array.deepCopy();
            int index = random.nextInt(copy.size());
            copy.set(index, spoil(copy.get(index)));
            return copy;
        }
        return other();
    }

    private JsonNode other() {
        return switch (random.nextInt(10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(true);
            case 2 -> NODES.numberNode(new java.math.BigDecimal("1e400"));
            case 3 -> NODES.numberNode(Long.MAX_VALUE);
            case 4 -> NODES.objectNode();
            case 5 -> NODES.arrayNode().add(NODES.nullNode());
            case 6 -> NODES.stringNode("x".repeat(LONG_CHARS));
            default -> NODES.stringNode(text());
        };
    }

    /** The bytes, spoilt where JSON stops being JSON. */
    byte[] spoil(byte[] body) {
        return switch (random.nextInt(8)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 2 -> join(body, body);
            case 3 -> flipped(body);
            case 4 -> join(body, new byte[] {(byte) 0xc3, (byte) 0x28});
            case 5 -> "[".repeat(DEEP).getBytes(StandardCharsets.UTF_8);
            case 6 -> "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8);
            default -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
        };
    }

    private byte[] flipped(byte[] body) {
        byte[] copy = body.clone();
        for (int i = 0; i < 3 && copy.length > 0; i++) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
