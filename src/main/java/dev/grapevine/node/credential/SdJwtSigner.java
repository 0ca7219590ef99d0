package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs credentials as SD-JWTs (draft-ietf-oauth-sd-jwt-vc) with a key of this node's issuer. They are in no log. Safe for use by
 * several threads.
 */
public final class SdJwtSigner {

    /** RFC 9901 section 9.3: 128 bits. */
    private static final int SALT_BYTES = 16;

    private final IssuerIdentity identity;
    private final IssuerKeys keys;
    private final SecureRandom random;
    private final InstantSource clock;

    /** @param random makes salts */
    public SdJwtSigner(IssuerIdentity identity, IssuerKeys keys, SecureRandom random, InstantSource clock) {
        this.identity = identity;
        this.keys = keys;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Signs a credential that was read strictly.
     *
     * @param given its claims; an issuer and a time that are left out are put in
     * @param disclosable what the holder may keep back, as JSON Pointers (RFC 6901) such as {@code /address/street}; of
     *     something inside of something else, both may be
     * @param algorithm one of {@link CredentialSigner#algorithms}
     * @return the SD-JWT with all its disclosures
     * @throws RefusedException where it is no such credential of this issuer
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public String sign(JsonNode given, List<String> disclosable, String algorithm) {
        if (!(given instanceof ObjectNode object)) {
            throw refused("credential", "is not an object");
        }
        Curve curve = CompactJws.curve(algorithm);
        String did = Signatory.did(identity, keys, curve);
        ObjectNode claims = object.deepCopy();
        if (!claims.has("iss")) {
            claims.put("iss", did);
        }
        if (!claims.has("iat")) {
            claims.put("iat", clock.instant().getEpochSecond());
        }
        requireSound(claims, did);
        List<Disclosure> disclosures = new ArrayList<>();
        for (JsonPointer pointer : deepestFirst(disclosable)) {
            disclosures.add(hide(claims, pointer));
        }
        sortDigests(claims);
        claims.put(DisclosedClaims.ALGORITHM, "sha-256");
        Signatory signatory = Signatory.of(keys, curve);
        return SdJwt.compact(
                CompactJws.sign(CompactJws.header("dc+sd-jwt", signatory), claims, signatory.key()), disclosures);
    }

    /** The same, in an envelope (VCDM 2.0 section 4.13.2). */
    public ObjectNode signEnveloped(JsonNode given, List<String> disclosable, String algorithm) {
        return JwtEnvelope.Kind.CREDENTIAL.around("dc+sd-jwt", sign(given, disclosable, algorithm));
    }

    private void requireSound(ObjectNode claims, String did) {
        try {
            Jcs.requireIJson(claims);
            DisclosedClaims.requireNone(claims);
        } catch (MalformedException e) {
            throw new RefusedException(List.of(Problem.parsing(String.valueOf(e.getMessage()))));
        }
        List<Problem> problems = new ArrayList<>();
        SdJwtVc.checkClaims(claims, problems);
        if (!ModelRules.isText(claims.path("iss"), did)) {
            problems.add(Problem.malformed("iss", "is not " + did + ", for whom this node signs"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private static List<JsonPointer> deepestFirst(List<String> disclosable) {
        try {
            return disclosable.stream()
                    .distinct()
                    .map(JsonPointer::compile)
                    .sorted(Comparator.comparingInt(SdJwtSigner::depth).reversed())
                    .toList();
        } catch (IllegalArgumentException e) {
            throw refused("disclosable", "has what is no JSON Pointer: " + e.getMessage());
        }
    }

    private static int depth(JsonPointer pointer) {
        return pointer.matches() ? 0 : 1 + depth(pointer.tail());
    }

    /** RFC 9901 sections 4.2.1, 4.2.2 and 4.2.4. */
    private Disclosure hide(ObjectNode claims, JsonPointer pointer) {
        JsonNode value = claims.at(pointer);
        if (pointer.matches() || value.isMissingNode()) {
            throw refused("disclosable", "names what is not there: " + pointer);
        }
        JsonNode parent = claims.at(pointer.head());
        if (parent instanceof ArrayNode array) {
            Disclosure disclosure = Disclosure.ofElement(salt(), value);
            ObjectNode placeholder = JsonNodeFactory.instance.objectNode();
            array.set(pointer.last().getMatchingIndex(), placeholder.put(DisclosedClaims.ELEMENT, digest(disclosure)));
            return disclosure;
        }
        String name = pointer.last().getMatchingProperty();
        if (depth(pointer) == 1 && SdJwtVc.NEVER_DISCLOSED.contains(name)) {
            throw refused("disclosable", "names what a verifier must see: " + name);
        }
        Disclosure disclosure = Disclosure.ofProperty(salt(), name, value);
        ObjectNode object = (ObjectNode) parent;
        object.remove(name);
        object.withArray(DisclosedClaims.DIGESTS).add(digest(disclosure));
        return disclosure;
    }

    private static String digest(Disclosure disclosure) {
        return disclosure.digest("SHA-256");
    }

    private String salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return Disclosure.base64Url(salt);
    }

    /** Section 4.2.4.1: so that their order tells nothing. What is inside of disclosures has been signed by their digests. */
    private static void sortDigests(JsonNode json) {
        if (json.path(DisclosedClaims.DIGESTS) instanceof ArrayNode digests) {
            List<String> sorted = new ArrayList<>();
            digests.forEach(digest -> sorted.add(digest.stringValue()));
            Collections.sort(sorted);
            digests.removeAll();
            sorted.forEach(digests::add);
        }
        json.forEach(SdJwtSigner::sortDigests);
    }

    private static RefusedException refused(String property, String detail) {
        return new RefusedException(List.of(Problem.malformed(property, detail)));
    }
}
