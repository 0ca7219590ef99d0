package dev.grapevine.node.credential;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Issues profile credentials (VCDM 2.0) with an eddsa-jcs-2022 proof by the issuer's key.
 *
 * <p>An import issues thousands a second. So the parts of a credential that never change are written once, the others
 * are canonicalised once, and all are put together in canonical order: what is signed, what is stored and what is hashed
 * share their bytes. Safe for use by several threads.
 */
public final class CredentialIssuer {

    /** The longest credential issued, in bytes. */
    public static final int MAX_CREDENTIAL_BYTES = 64 * 1024;

    /** Claims have the names that issuers give them, so that the last context is that of words without a definition. */
    private static final String CONTEXT = "\"@context\":[\"" + Vocabulary.VCDM + "\",\"" + Vocabulary.PROFILE + "\",\""
            + Vocabulary.UNDEFINED_TERMS + "\"]";

    private static final Set<String> RESERVED_CLAIMS = Set.of("id", "username", "displayName");

    private final IssuerKeys keys;
    private final SecureRandom random;
    private final String issuer;
    private volatile @Nullable Signer lastSigner;

    /** A key and the name of its public half: docs/decisions/2026-11-28-credentials-of-rotated-keys.md. */
    private record Signer(PrivateKey key, String verificationMethod) {

        static Signer of(PrivateKey key) {
            return new Signer(key, DidKey.verificationMethod(key.publicKey()));
        }
    }

    /**
     * @param keys what it signs with
     * @param random makes the ids of credentials
     */
    public CredentialIssuer(IssuerIdentity identity, IssuerKeys keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
        issuer = Jcs.canonical(JsonNodeFactory.instance
                .objectNode()
                .put("id", identity.id().did())
                .put("name", identity.name()));
    }

    /** Issues one credential that has no status. Fails like the other. */
    public IssuedCredential issue(ProfileClaims profile) {
        return issue(profile, Optional.empty());
    }

    /**
     * Issues one credential.
     *
     * @param status where its status stands; empty: it has none
     * @throws InvalidClaimsException where the claims make no credential
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public IssuedCredential issue(ProfileClaims profile, Optional<StatusPlace> status) {
        Signer signer = signer();
        String id = randomId();
        String validFrom = seconds(profile.validFrom());
        String beforeProof = beforeProof(profile, id, status);
        String afterProof = afterProof(profile, validFrom);

        byte[] unsecured = utf8(beforeProof + afterProof);
        String proofValue = Multibase.BASE58BTC.encode(
                signer.key.sign(DataIntegrity.hashData(utf8(proof(signer, validFrom, null)), unsecured, "SHA-256")));
        byte[] secured = utf8(beforeProof + ",\"proof\":" + proof(signer, validFrom, proofValue) + afterProof);
        if (secured.length > MAX_CREDENTIAL_BYTES) {
            throw new InvalidClaimsException(
                    "claims", "the credential would have more than " + MAX_CREDENTIAL_BYTES + " bytes");
        }
        return new IssuedCredential(id, secured, DataIntegrity.sha256(secured), signer.key.publicKey(), status);
    }

    /** The name of a key takes a while to write, and is written again only when the key is another. */
    private Signer signer() {
        PrivateKey key = keys.signingKey();
        Signer signer = lastSigner;
        if (signer == null || signer.key != key) {
            signer = Signer.of(key);
            lastSigner = signer;
        }
        return signer;
    }

    /** In canonical order: everything up to the issuer. */
    private String beforeProof(ProfileClaims profile, String id, Optional<StatusPlace> status) {
        StringBuilder json = new StringBuilder(1024).append('{').append(CONTEXT);
        status.ifPresent(place -> json.append(",\"credentialStatus\":").append(Jcs.canonical(place.entries(false))));
        json.append(",\"credentialSubject\":").append(canonical("claims", subject(profile)));
        if (!profile.evidence().isEmpty()) {
            json.append(",\"evidence\":").append(canonical("evidence", evidence(profile.evidence())));
        }
        return json.append(",\"id\":\"")
                .append(id)
                .append("\",\"issuer\":")
                .append(issuer)
                .toString();
    }

    /** In canonical order: everything from the type on. */
    private static String afterProof(ProfileClaims profile, String validFrom) {
        Instant until = profile.validUntil();
        if (until != null && until.isBefore(profile.validFrom())) {
            throw new InvalidClaimsException("validUntil", "lies before validFrom");
        }
        return ",\"type\":[\"" + Vocabulary.CREDENTIAL_TYPE + "\",\"" + Vocabulary.PROFILE_CREDENTIAL_TYPE
                + "\"],\"validFrom\":\"" + validFrom
                + (until == null ? "\"}" : "\",\"validUntil\":\"" + seconds(until) + "\"}");
    }

    /** The proof, or without a value the proof's configuration: in canonical order either way. */
    private static String proof(Signer signer, String created, @Nullable String proofValue) {
        return "{" + CONTEXT + ",\"created\":\"" + created + "\",\"cryptosuite\":\"" + Cryptosuite.EDDSA_JCS_2022
                + "\",\"proofPurpose\":\"assertionMethod\""
                + (proofValue == null ? "" : ",\"proofValue\":\"" + proofValue + "\"")
                + ",\"type\":\"DataIntegrityProof\",\"verificationMethod\":\"" + signer.verificationMethod + "\"}";
    }

    private static ObjectNode subject(ProfileClaims profile) {
        ObjectNode subject = JsonNodeFactory.instance.objectNode();
        for (var claim : profile.claims().properties()) {
            String name = claim.getKey();
            if (RESERVED_CLAIMS.contains(name)) {
                throw new InvalidClaimsException(
                        "claims." + name, "is said outside the claims and cannot be said again");
            }
            if (name.startsWith("@")) {
                throw new InvalidClaimsException("claims." + name, "is a word of JSON-LD, not a claim");
            }
            subject.set(name, claim.getValue());
        }
        if (profile.subject() != null) {
            subject.put("id", requireUri(profile.subject()));
        }
        return subject.put("username", profile.username()).put("displayName", profile.displayName());
    }

    /** VCDM 2.0 section 5.6: objects, each with a type. A sentence becomes the name of an object of type Evidence. */
    private static ArrayNode evidence(List<JsonNode> evidence) {
        ArrayNode objects = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : evidence) {
            String property = "evidence[" + objects.size() + "]";
            if (item.isString()) {
                objects.addObject().put("type", "Evidence").put("name", item.stringValue());
            } else if (item.isObject() && ModelRules.hasType(item)) {
                objects.add(item);
            } else {
                throw new InvalidClaimsException(property, "is neither text nor an object with a type");
            }
        }
        return objects;
    }

    private static String requireUri(String subject) {
        try {
            if (new URI(subject).isAbsolute()) {
                return subject;
            }
        } catch (URISyntaxException e) {
            throw new InvalidClaimsException("subject", "is not a URI: " + e.getReason());
        }
        throw new InvalidClaimsException("subject", "is not a URI with a scheme, such as did:key:z6Mk…");
    }

    private static String canonical(String property, JsonNode json) {
        try {
            return Jcs.canonical(json);
        } catch (MalformedException e) {
            throw new InvalidClaimsException(property, String.valueOf(e.getMessage()));
        }
    }

    /** Random (UUID version 4), so that nothing in a public log leads to the credential of an erased profile. */
    private String randomId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        java.nio.ByteBuffer halves = java.nio.ByteBuffer.wrap(bytes);
        long high = (halves.getLong() & 0xffff_ffff_ffff_0fffL) | 0x4000;
        long low = (halves.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return "urn:uuid:" + new UUID(high, low);
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
