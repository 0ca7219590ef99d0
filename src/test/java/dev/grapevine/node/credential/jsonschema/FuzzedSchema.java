package dev.grapevine.node.credential.jsonschema;

import dev.grapevine.fuzz.Property;
import dev.grapevine.node.credential.CredentialJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A schema that anybody may have written, on itself and on what stands beside it: always a verdict, and in bounded time. */
public final class FuzzedSchema {

    private static final JsonSchemas SCHEMAS = new JsonSchemas();

    private FuzzedSchema() {}

    /** @param input an object: the schema, and as its member "instance" what it is applied to */
    public static void take(byte[] input) {
        if (CredentialJson.parse(input) instanceof ObjectNode schema) {
            JsonNode instance = schema.path("instance");
            if (!schema.has("$schema")) {
                schema.put("$schema", JsonSchemas.DIALECT);
            }
            if (!schema.has("$id")) {
                schema.put("$id", "https://a.example/schema");
            }
            Verdict verdict = SCHEMAS.apply("https://a.example/schema", schema, instance);
            if (verdict instanceof Verdict.Misfit misfit) {
                Property.holds(!misfit.misfits().isEmpty(), "what does not fit is told");
            }
        }
    }
}
