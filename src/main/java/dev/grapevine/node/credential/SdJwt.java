package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An SD-JWT, or an SD-JWT+KB (RFC 9901 section 4): what the issuer signed, what the holder discloses, and by what the holder
 * proves that it is his.
 *
 * @param issuerSigned the issuer-signed JWT as it came
 * @param keyBinding the key binding JWT as it came; empty where there is none
 */
record SdJwt(String issuerSigned, CompactJws jws, List<Disclosure> disclosures, Optional<String> keyBinding) {

    /** More disclosures are refused unread. */
    static final int MAX_DISCLOSURES = 256;

    /** Section 4.1.1: names of the IANA registry, and Java's. */
    private static final Map<String, String> HASHES =
            Map.of("sha-256", "SHA-256", "sha-384", "SHA-384", "sha-512", "SHA-512");

    /** @throws MalformedException where the text is none */
    static SdJwt parse(String compact) {
        String[] parts = compact.split("~", -1);
        if (parts.length < 2) {
            throw new MalformedException("an SD-JWT ends with ~, or has a key binding JWT after it");
        }
        if (parts.length - 2 > MAX_DISCLOSURES) {
            throw new MalformedException("more than " + MAX_DISCLOSURES + " disclosures");
        }
        String last = parts[parts.length - 1];
        return new SdJwt(
                parts[0],
                CompactJws.parse(parts[0]),
                Stream.of(parts)
                        .limit(parts.length - 1)
                        .skip(1)
                        .map(Disclosure::parse)
                        .toList(),
                last.isEmpty() ? Optional.empty() : Optional.of(last));
    }

    /** What the issuer signed, digests and all. */
    ObjectNode payload() {
        if (CredentialJson.parse(jws.payload()) instanceof ObjectNode payload) {
            return payload;
        }
        throw new MalformedException("the SD-JWT holds no object");
    }

    /**
     * Java's name of the hash of its digests.
     *
     * @throws MalformedException where this node does not know it
     */
    static String hash(ObjectNode payload) {
        JsonNode name = payload.path(DisclosedClaims.ALGORITHM);
        String hash = HASHES.get(name.isMissingNode() ? "sha-256" : name.asString(""));
        if (hash == null) {
            throw new MalformedException("_sd_alg is none of " + HASHES.keySet() + ": " + name);
        }
        return hash;
    }

    /** Without the key binding JWT: what its sd_hash covers (section 4.3.1). */
    String withoutKeyBinding() {
        return compact(issuerSigned, disclosures);
    }

    static String compact(String issuerSigned, List<Disclosure> disclosures) {
        StringBuilder text = new StringBuilder(issuerSigned).append('~');
        disclosures.forEach(disclosure -> text.append(disclosure.encoded()).append('~'));
        return text.toString();
    }
}
