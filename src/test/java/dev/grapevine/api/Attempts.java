package dev.grapevine.api;

import dev.grapevine.api.Contract.Body;
import dev.grapevine.api.Contract.Operation;
import dev.grapevine.api.Contract.Parameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests to operations of the contract: most as described, some spoilt in one place or several. */
final class Attempts {

    private static final double EXAMPLE = 0.3;
    private static final double OPTIONAL = 0.4;
    private static final double TOGETHER = 0.5;
    private static final int MAX_LINES = 5;

    private final Values values;
    private final Hostile hostile;
    private final Memory memory;
    private final RandomGenerator random;

    /** One request. The headers have no key yet. */
    record Attempt(String method, String path, String query, Map<String, String> headers, byte[] body) {

        String target() {
            return query.isEmpty() ? path : path + "?" + query;
        }
    }

    Attempts(Contract contract, Memory memory, RandomGenerator random) {
        this.values = new Values(contract, memory, random);
        this.hostile = new Hostile(random);
        this.memory = memory;
        this.random = random;
    }

    /** A request that is as described if {@code spoilt} is 0, and the wilder the nearer that is to 1. */
    Attempt to(Operation operation, double spoilt) {
        String path = operation.path();
        Map<String, String> inPath = new LinkedHashMap<>();
        List<String> query = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, JsonNode> together = chance(TOGETHER) ? together(operation) : Map.of();
        for (Parameter parameter : operation.parameters()) {
            boolean given = parameter.required() ? !chance(spoilt / 3) : chance(OPTIONAL);
            String value = together.containsKey(parameter.name()) && !chance(spoilt / 2)
                    ? together.get(parameter.name()).asString()
                    : text(parameter, spoilt);
            switch (parameter.in()) {
                case "path" -> {
                    path = path.replace("{" + parameter.name() + "}", encode(value));
                    inPath.put(parameter.name(), value);
                }
                case "query" -> {
                    if (given) {
                        query.add(encode(parameter.name()) + "=" + encode(value));
                    }
                }
                case "header" -> {
                    if (given) {
                        headers.put(parameter.name(), printable(value));
                    }
                }
                default -> throw new IllegalStateException("a parameter in " + parameter.in());
            }
        }
        if (chance(spoilt / 3)) {
            query.add(encode(hostile.text()) + "=" + encode(hostile.text()));
        }
        headers.put("Accept", chance(spoilt / 3) ? hostile.mediaType() : accepted(operation));
        byte[] body = {};
        if (!operation.bodies().isEmpty()) {
            List<String> types = List.copyOf(operation.bodies().keySet());
            String type = types.get(random.nextInt(types.size()));
            body = body(type, operation.bodies().get(type), inPath, spoilt);
            if (!chance(spoilt / 10)) {
                headers.put("Content-Type", chance(spoilt / 3) ? hostile.mediaType() : type);
            }
        }
        String method = chance(spoilt / 20) ? "PATCH" : operation.method();
        return new Attempt(method, path, String.join("&", query), headers, body);
    }

    private Map<String, JsonNode> together(Operation operation) {
        return memory.recallTogether(operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("path"))
                .map(Parameter::name)
                .collect(Collectors.toSet()));
    }

    private static String accepted(Operation operation) {
        String described = operation.answers().values().stream()
                .flatMap(answer -> answer.bodies().keySet().stream())
                .distinct()
                .collect(Collectors.joining(", "));
        return described + ", */*;q=0.1";
    }

    private String text(Parameter parameter, double spoilt) {
        if (chance(spoilt / 2)) {
            return hostile.text();
        }
        if (parameter.example().isString() && chance(EXAMPLE / 2)) {
            return parameter.example().asString();
        }
        JsonNode value = values.valid(parameter.schema(), parameter.name());
        return value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : value.asString();
    }

    private byte[] body(String mediaType, Body described, Map<String, String> inPath, double spoilt) {
        byte[] bytes = mediaType.equals(ContractCheck.BYTES)
                ? memory.recallFile()
                : text(mediaType, described, inPath, spoilt).getBytes(StandardCharsets.UTF_8);
        return chance(spoilt / 3) ? hostile.spoil(bytes) : bytes;
    }

    private String text(String mediaType, Body described, Map<String, String> inPath, double spoilt) {
        return mediaType.contains("json") ? json(mediaType, described, inPath, spoilt) : other(described, spoilt);
    }

    private String json(String mediaType, Body described, Map<String, String> inPath, double spoilt) {
        boolean lines = mediaType.contains("ndjson");
        List<String> all = new ArrayList<>();
        for (int i = lines ? random.nextInt(MAX_LINES) : 1; i > 0; i--) {
            JsonNode value = described.example().isObject() && chance(EXAMPLE)
                    ? personal(described)
                    : values.valid(described.schema(), "body");
            if (value instanceof ObjectNode object && !chance(spoilt)) {
                inPath.keySet().stream().filter(object::has).forEach(name -> object.put(name, inPath.get(name)));
            }
            all.add((chance(spoilt) ? hostile.spoil(value) : value).toString());
        }
        return String.join("\n", all);
    }

    /** The example, of another person. */
    private JsonNode personal(Body described) {
        ObjectNode copy = ((ObjectNode) described.example()).deepCopy();
        if (copy.has("username")) {
            copy.put("username", "u" + Long.toHexString(random.nextLong()));
        }
        return copy;
    }

    private String other(Body described, double spoilt) {
        String text = described.example().asString("");
        Optional<JsonNode> known = memory.recall("username");
        text = known.isPresent() && chance(EXAMPLE)
                ? text.replace("ada", known.get().asString())
                : text;
        return chance(spoilt) ? text.replace("a", hostile.text()) : text;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Headers carry no control characters, and the client sends none. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?").strip();
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
