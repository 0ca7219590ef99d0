package dev.grapevine.node.credential;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a credential that holds a schema must be (vc-json-schema section 2.2). */
final class SchemaCredential {

    /** The schema that each of them names as its own; its rules are these. */
    static final String OWN_SCHEMA = "https://www.w3.org/ns/credentials/json-schema/v2.json";

    private static final ObjectNode CREDENTIAL_SCHEMA = JsonNodeFactory.instance
            .objectNode()
            .put("id", OWN_SCHEMA)
            .put("type", SchemaEntry.SCHEMA_TYPE)
            .put("digestSRI", "sha384-S57yQDg1MTzF56Oi9DbSQ14u7jBy0RDdx0YbeV7shwhCS88G8SCXeFq82PafhCrW");

    private SchemaCredential() {}

    /** For people: what keeps a credential from holding a schema; empty if nothing does. */
    static List<String> misfits(ObjectNode credential) {
        List<String> misfits = new ArrayList<>();
        if (!ModelRules.isOfType(credential, SchemaEntry.CREDENTIAL_TYPE)) {
            misfits.add("its type does not name " + SchemaEntry.CREDENTIAL_TYPE);
        }
        if (!credential.path("credentialSchema").equals(CREDENTIAL_SCHEMA)) {
            misfits.add("its credentialSchema is not " + CREDENTIAL_SCHEMA);
        }
        JsonNode subject = credential.path("credentialSubject");
        if (!ModelRules.isText(subject.path("type"), SchemaEntry.SCHEMA_TYPE)) {
            misfits.add("its credentialSubject is not of the type " + SchemaEntry.SCHEMA_TYPE);
        }
        if (!subject.path("jsonSchema").isObject()) {
            misfits.add("its credentialSubject has no jsonSchema that is an object");
        }
        return misfits;
    }

    static JsonNode schema(ObjectNode credential) {
        return credential.path("credentialSubject").path("jsonSchema");
    }
}
