package dev.grapevine.node.credential.jsonld;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON in the classes that the JSON-LD library takes. */
final class JakartaJson {

    private static final JsonProvider JSON = JsonProvider.provider();

    private JakartaJson() {}

    static JsonObject of(ObjectNode json) {
        JsonObjectBuilder object = JSON.createObjectBuilder();
        for (var property : json.properties()) {
            boolean context = property.getKey().equals("@context");
            object.add(property.getKey(), context ? contexts(property.getValue()) : of(property.getValue()));
        }
        return object.build();
    }

    private static JsonValue contexts(JsonNode contexts) {
        if (!contexts.isArray()) {
            return of(Terms.unwrapped(contexts));
        }
        JsonArrayBuilder array = JSON.createArrayBuilder();
        contexts.forEach(context -> array.add(of(Terms.unwrapped(context))));
        return array.build();
    }

    private static JsonValue of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> of((ObjectNode) json);
            case ARRAY -> {
                JsonArrayBuilder array = JSON.createArrayBuilder();
                json.forEach(item -> array.add(of(item)));
                yield array.build();
            }
            case STRING -> JSON.createValue(json.stringValue());
            case NUMBER -> JSON.createValue(json.decimalValue());
            case BOOLEAN -> json.booleanValue() ? JsonValue.TRUE : JsonValue.FALSE;
            case NULL -> JsonValue.NULL;
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not of JSON: " + json.getNodeType());
        };
    }
}
