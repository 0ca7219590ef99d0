package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.jsonld.JsonLd;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a credential says of other resources: their digests (VCDM 2.0 section 5.3). Of those resources this node uses the
 * contexts alone, so only their digests are compared.
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
        Optional<byte[]> used = JsonLd.bundledContext(resource.path("id").asString(""));
        for (String property : List.of("digestSRI", "digestMultibase")) {
            for (JsonNode value : DataIntegrity.values(resource.path(property))) {
                if (value.isMissingNode()) {
                    continue;
                }
                Optional<Digest> digest = value.isString()
                        ? property.equals("digestSRI")
                                ? Digest.ofSri(value.stringValue())
                                : Digest.ofMultibase(value.stringValue())
                        : Optional.empty();
                if (digest.isEmpty()) {
                    rules.broken("relatedResource." + property, "is no digest: " + value);
                } else if (used.isPresent() && !digest.get().isOf(used.get())) {
                    rules.broken(
                            "relatedResource." + property,
                            "is not the digest of " + resource.path("id").stringValue());
                }
            }
        }
    }

    /** @param hash Java's name of the hash */
    private record Digest(String hash, byte[] value) {

        /** Subresource Integrity section 3.5: a hash expression; with base64 in either alphabet, as some write it. */
        static Optional<Digest> ofSri(String text) {
            int dash = text.indexOf('-');
            int end = text.indexOf('?') < 0 ? text.length() : text.indexOf('?');
            String hash = dash < 0 ? "" : text.substring(0, dash);
            if (dash < 0 || end < dash || !Set.of("sha256", "sha384", "sha512").contains(hash)) {
                return Optional.empty();
            }
            String base64 = text.substring(dash + 1, end).replace('-', '+').replace('_', '/');
            try {
                return sized("SHA-" + hash.substring(3), Base64.getDecoder().decode(base64));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** Data Integrity section 2.6: multibase of a multihash (multiformats/multicodec: sha2-256, sha2-384, sha2-512). */
        static Optional<Digest> ofMultibase(String text) {
            byte[] bytes;
            try {
                bytes = Multibase.decode(text);
            } catch (MalformedException e) {
                return Optional.empty();
            }
            if (bytes.length < 2 || bytes[1] != bytes.length - 2) {
                return Optional.empty();
            }
            byte[] value = Arrays.copyOfRange(bytes, 2, bytes.length);
            return switch (bytes[0]) {
                case 0x12 -> sized("SHA-256", value);
                case 0x20 -> sized("SHA-384", value);
                case 0x13 -> sized("SHA-512", value);
                default -> Optional.empty();
            };
        }

        private static Optional<Digest> sized(String hash, byte[] value) {
            int bits = Integer.parseInt(hash.substring("SHA-".length()));
            return value.length * 8 == bits ? Optional.of(new Digest(hash, value)) : Optional.empty();
        }

        boolean isOf(byte[] bytes) {
            return Arrays.equals(DataIntegrity.digest(bytes, hash), value);
        }
    }
}
