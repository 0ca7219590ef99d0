package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.JsonLd;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a credential says of other resources: their digests (VCDM 2.0 section 5.3). Of those resources this node uses contexts,
 * whose digests are compared here, and schemas, which {@link SchemaCheck} compares.
 */
final class RelatedResources {

    private RelatedResources() {}

    static void check(ObjectNode credential, ModelRules rules) {
        Set<String> ids = new HashSet<>();
        for (JsonNode resource : rules.objects(credential, "relatedResource")) {
            JsonNode id = resource.path("id");
            if (!ModelRules.isUrl(id)) {
                rules.broken("relatedResource", "has no URL as its id");
            } else if (!ids.add(id.stringValue())) {
                rules.broken("relatedResource", "has two entries with the id " + id.stringValue());
            }
            if (!resource.has("digestSRI") && !resource.has("digestMultibase")) {
                rules.broken("relatedResource", "has neither a digestSRI nor a digestMultibase");
            }
            if (resource.has("mediaType") && !resource.path("mediaType").isString()) {
                rules.broken("relatedResource.mediaType", "is not text");
            }
            checkDigests(resource, rules);
        }
    }

    private static void checkDigests(JsonNode resource, ModelRules rules) {
        String id = resource.path("id").asString("");
        List<ResourceDigest> digests = ResourceDigest.read(resource, "relatedResource", rules);
        Optional<byte[]> used = JsonLd.bundledContext(id);
        if (used.isPresent() && !digests.stream().allMatch(digest -> digest.isOf(used.get()))) {
            rules.broken("relatedResource", "has a digest that is not that of " + id);
        }
    }

    /** The digests that a credential gives so of one resource. */
    static List<ResourceDigest> digests(ObjectNode credential, String id) {
        ModelRules rules = new ModelRules(Optional.empty());
        return rules.objects(credential, "relatedResource").stream()
                .filter(resource -> ModelRules.isText(resource.path("id"), id))
                .flatMap(resource -> ResourceDigest.read(resource, "relatedResource", rules).stream())
                .toList();
    }
}
