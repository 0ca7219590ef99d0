package dev.grapevine.api;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code openapi/openapi.yaml}, as far as the tests read it. */
final class Contract {

    private static final Path FILE = Path.of("openapi", "openapi.yaml");
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    private final JsonNode document;
    private final ObjectNode strictComponents;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final List<Operation> operations = new ArrayList<>();

    /**
     * One operation.
     *
     * @param bodies what may be sent, by media type
     * @param answers by status, in three digits or {@code default}
     * @param role what the caller must have; empty for everybody
     */
    record Operation(
            String id,
            String method,
            String path,
            List<Parameter> parameters,
            Map<String, Body> bodies,
            Map<String, Answer> answers,
            Optional<String> role) {}

    /**
     * A parameter.
     *
     * @param in {@code path}, {@code query} or {@code header}
     * @param example a missing node if there is none
     */
    record Parameter(String name, String in, boolean required, JsonNode schema, JsonNode example) {}

    /** What may be sent; the example may be a missing node. */
    record Body(JsonNode schema, JsonNode example) {}

    /**
     * What may come.
     *
     * @param bodies by media type; a body that has no schema has an empty one
     * @param headers those that must be there
     */
    record Answer(Map<String, Schema> bodies, List<String> headers) {}

    private Contract(JsonNode document) {
        this.document = document;
        this.strictComponents = strict(document.path("components"));
        document.path("paths").forEachEntry((path, item) -> {
            for (String method : METHODS) {
                if (item.has(method)) {
                    operations.add(operation(path, method, item.path(method)));
                }
            }
        });
        operations.sort(Comparator.comparing(Operation::path).thenComparing(Operation::method));
    }

    static Contract read() {
        return new Contract(new YAMLMapper().readTree(FILE.toFile()));
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The operation that a request means: the path with the fewest variables counts. */
    Optional<Operation> find(String method, String rawPath) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method))
                .filter(operation -> rawPath.matches(regex(operation.path())))
                .min(Comparator.comparingLong(operation ->
                        operation.path().chars().filter(c -> c == '{').count()));
    }

    /** The schema that a {@code $ref} means, or the schema itself. */
    JsonNode resolve(JsonNode node) {
        JsonNode found = node;
        while (found.has("$ref")) {
            found = document.at(found.path("$ref").asString().substring(1));
        }
        return found;
    }

    private static String regex(String path) {
        StringBuilder regex = new StringBuilder();
        for (String part : path.split("(?=\\{)|(?<=})", -1)) {
            regex.append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
        }
        return regex.toString();
    }

    private Operation operation(String path, String method, JsonNode node) {
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode reference : node.path("parameters")) {
            JsonNode parameter = resolve(reference);
            parameters.add(new Parameter(
                    parameter.path("name").asString(),
                    parameter.path("in").asString(),
                    parameter.path("required").asBoolean(false),
                    resolve(parameter.path("schema")),
                    example(parameter)));
        }
        Map<String, Body> bodies = new LinkedHashMap<>();
        resolve(node.path("requestBody"))
                .path("content")
                .forEachEntry((type, body) -> bodies.put(type, new Body(ofOne(body.path("schema")), example(body))));
        Map<String, Answer> answers = new LinkedHashMap<>();
        node.path("responses").forEachEntry((status, answer) -> answers.put(status, answer(resolve(answer))));
        JsonNode role = node.path("security").path(0).path("apiKey").path(0);
        return new Operation(
                node.path("operationId").asString(),
                method.toUpperCase(Locale.ROOT),
                path,
                parameters,
                bodies,
                answers,
                role.isString() ? Optional.of(role.stringValue()) : Optional.empty());
    }

    /** A stream is text with a schema for each of its values. */
    private static JsonNode ofOne(JsonNode schema) {
        return schema.has("contentSchema") ? schema.path("contentSchema") : schema;
    }

    private static JsonNode example(JsonNode node) {
        return node.has("example")
                ? node.path("example")
                : node.at("/examples").path(0).path("value");
    }

    private Answer answer(JsonNode node) {
        Map<String, Schema> bodies = new LinkedHashMap<>();
        node.path("content").forEachEntry((type, body) -> bodies.put(type, schema(ofOne(body.path("schema")))));
        List<String> headers = new ArrayList<>();
        node.path("headers").forEachEntry((name, header) -> {
            if (resolve(header).path("required").asBoolean(false)) {
                headers.add(name);
            }
        });
        return new Answer(bodies, headers);
    }

    private Schema schema(JsonNode node) {
        ObjectNode root = node.isObject() ? ((ObjectNode) node).deepCopy() : strictComponents.objectNode();
        root.set("components", strictComponents);
        return schemas.getSchema(root);
    }

    /** The components, in which an object may have no member that is not described, unless it says so. */
    private static ObjectNode strict(JsonNode components) {
        ObjectNode copy = ((ObjectNode) components).deepCopy();
        copy.path("schemas").forEach(Contract::close);
        return copy;
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(Contract::close);
    }
}
