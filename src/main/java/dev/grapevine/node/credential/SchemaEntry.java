package dev.grapevine.node.credential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry of type JsonSchema or JsonSchemaCredential (vc-json-schema section 2): where a schema for a credential stands.
 *
 * @param url of the schema, or of the credential that holds it
 * @param inCredential whether a credential holds it
 * @param digests of what is found at the URL, where the credential gives any (section 4.1, VCDM 2.0 section 5.3)
 */
record SchemaEntry(String url, boolean inCredential, List<ResourceDigest> digests) {

    static final String SCHEMA_TYPE = "JsonSchema";
    static final String CREDENTIAL_TYPE = "JsonSchemaCredential";

    static boolean isEntry(JsonNode entry) {
        return ModelRules.isOfType(entry, SCHEMA_TYPE) || ModelRules.isOfType(entry, CREDENTIAL_TYPE);
    }

    /**
     * Reads an entry.
     *
     * @param credential that has it
     * @param rules are told of each one that it breaks
     * @return empty if it breaks one
     */
    static Optional<SchemaEntry> read(JsonNode entry, ObjectNode credential, ModelRules rules) {
        int before = rules.problems().size();
        boolean inCredential = ModelRules.isOfType(entry, CREDENTIAL_TYPE);
        if (inCredential && ModelRules.isOfType(entry, SCHEMA_TYPE)) {
            rules.broken("credentialSchema.type", "is both " + SCHEMA_TYPE + " and " + CREDENTIAL_TYPE);
        }
        if (!ModelRules.isUrl(entry.path("id"))) {
            rules.broken("credentialSchema.id", "is not a URL");
        }
        String url = entry.path("id").asString("");
        List<ResourceDigest> digests = new ArrayList<>(ResourceDigest.read(entry, "credentialSchema", rules));
        digests.addAll(RelatedResources.digests(credential, url));
        return rules.problems().size() > before
                ? Optional.empty()
                : Optional.of(new SchemaEntry(url, inCredential, digests));
    }
}
