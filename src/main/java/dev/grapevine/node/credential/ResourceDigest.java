package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A digest that a document gives of another (VCDM 2.0 section 5.3).
 *
 * @param hash Java's name of the hash
 */
record ResourceDigest(String hash, byte[] value) {

    /**
     * Reads those that are given of a resource.
     *
     * @param path of the resource, for people
     * @param rules are told of what is none
     */
    static List<ResourceDigest> read(JsonNode resource, String path, ModelRules rules) {
        List<ResourceDigest> digests = new ArrayList<>();
        for (String property : List.of("digestSRI", "digestMultibase")) {
            for (JsonNode value : DataIntegrity.values(resource.path(property))) {
                String text = value.asString("");
                Optional<ResourceDigest> digest = property.equals("digestSRI") ? ofSri(text) : ofMultibase(text);
                digest.ifPresent(digests::add);
                if (digest.isEmpty() && !value.isMissingNode()) {
                    rules.broken(path + "." + property, "is no digest: " + value);
                }
            }
        }
        return digests;
    }

    /** Subresource Integrity section 3.5: a hash expression; with base64 in either alphabet, as some write it. */
    private static Optional<ResourceDigest> ofSri(String text) {
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
    private static Optional<ResourceDigest> ofMultibase(String text) {
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

    private static Optional<ResourceDigest> sized(String hash, byte[] value) {
        int bits = Integer.parseInt(hash.substring("SHA-".length()));
        return value.length * 8 == bits ? Optional.of(new ResourceDigest(hash, value)) : Optional.empty();
    }

    boolean isOf(byte[] bytes) {
        return Arrays.equals(DataIntegrity.digest(bytes, hash), value);
    }
}
