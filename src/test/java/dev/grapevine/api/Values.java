package dev.grapevine.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that fit a schema of the contract, some of them known from earlier answers. */
final class Values {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");
    private static final double RECALL = 0.5;
    private static final int MAX_FREE_DEPTH = 2;

    private final Contract contract;
    private final Memory memory;
    private final RandomGenerator random;

    Values(Contract contract, Memory memory, RandomGenerator random) {
        this.contract = contract;
        this.memory = memory;
        this.random = random;
    }

    /** @param name under which it will stand */
    JsonNode valid(JsonNode reference, String name) {
        Optional<JsonNode> known = chance(RECALL) ? memory.recall(name) : Optional.empty();
        if (known.isPresent()) {
            return known.get();
        }
        JsonNode schema = contract.resolve(reference);
        JsonNode choices = schema.has("oneOf") ? schema.path("oneOf") : schema.path("anyOf");
        if (!choices.isEmpty()) {
            return valid(pick(choices), name);
        }
        if (schema.has("enum")) {
            return pick(schema.path("enum"));
        }
        return switch (type(schema)) {
            case "object" -> object(schema);
            case "array" -> array(schema, name);
            case "string" -> NODES.stringNode(string(schema));
            case "integer" -> NODES.numberNode(integer(schema));
            case "number" -> NODES.numberNode(random.nextDouble(-1e6, 1e6));
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "null" -> NODES.nullNode();
            default -> free(0);
        };
    }

    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? pick(type).asString() : type.asString("");
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = NODES.objectNode();
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        schema.path("properties").forEachEntry((name, property) -> {
            if (required.contains(name) || chance(0.5)) {
                object.set(name, valid(property, name));
            }
        });
        if (schema.path("properties").isEmpty()) {
            for (int i = random.nextInt(4); i > 0; i--) {
                object.set(word(), free(1));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name) {
        ArrayNode array = NODES.arrayNode();
        int min = schema.path("minItems").asInt(0);
        int max = Math.min(schema.path("maxItems").asInt(4), min + 4);
        for (int i = random.nextInt(min, max + 1); i > 0; i--) {
            array.add(valid(schema.path("items"), name));
        }
        return array;
    }

    /** Any JSON: what stands in claims and evidence. */
    private JsonNode free(int depth) {
        return switch (random.nextInt(depth > MAX_FREE_DEPTH ? 4 : 6)) {
            case 0 -> NODES.numberNode(random.nextInt(-1000, 1000));
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2, 3 -> NODES.stringNode(word() + " " + Hostile.TEXTS.get(random.nextInt(Hostile.TEXTS.size())));
            case 4 -> NODES.objectNode().set(word(), free(depth + 1));
            default -> NODES.arrayNode().add(free(depth + 1));
        };
    }

    private String string(JsonNode schema) {
        switch (schema.path("format").asString("")) {
            case "date-time" -> {
                return FUTURE.plus(random.nextInt(3650), ChronoUnit.DAYS).toString();
            }
            case "uuid" -> {
                return new UUID(random.nextLong(), random.nextLong()).toString();
            }
            default -> {}
        }
        int min = Math.max(schema.path("minLength").asInt(0), 1);
        int max = Math.max(min, Math.min(schema.path("maxLength").asInt(min + 12), min + 12));
        List<String> candidates =
                new ArrayList<>(List.of(letters(random.nextInt(min, max + 1)), String.valueOf(random.nextInt(1000))));
        candidates.add(Long.toHexString(random.nextLong() | Long.MIN_VALUE));
        String pattern = schema.path("pattern").asString(".*");
        return candidates.stream()
                .filter(text -> text.matches(pattern))
                .findFirst()
                .orElse("a");
    }

    private long integer(JsonNode schema) {
        long min = schema.path("minimum").asLong(0);
        long max = schema.path("maximum").asLong(min + 1000);
        return switch (random.nextInt(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> random.nextLong(min, max + 1);
        };
    }

    private String word() {
        return letters(random.nextInt(2, 9));
    }

    private String letters(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private JsonNode pick(JsonNode array) {
        return array.get(random.nextInt(array.size()));
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
