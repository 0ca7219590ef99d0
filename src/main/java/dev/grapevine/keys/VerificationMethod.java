package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a proof names as its verification method (Controlled Identifiers section 2.2), of the DID methods that resolve
 * without a network: {@code did:key} and {@code did:jwk}. Such a key may make proofs of every purpose.
 *
 * @param id its DID URL
 * @param controller the DID whose method it is
 */
public record VerificationMethod(String id, String controller, VerificationKey key) {

    /** A DID URL in characters; a did:jwk of a P-384 key with a few members more has 300. */
    static final int MAX_ID_CHARS = 2048;

    private static final JsonMapper JWK = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * The verification method of a DID URL.
     *
     * @throws MalformedException where it is none of a DID that this node can resolve, or where its key makes no proofs
     */
    public static VerificationMethod resolve(String didUrl) {
        int hash = didUrl.indexOf('#');
        if (hash < 0 || didUrl.length() > MAX_ID_CHARS) {
            throw new MalformedException("not the DID URL of a verification method: " + abridged(didUrl));
        }
        String did = didUrl.substring(0, hash);
        VerificationMethod method;
        if (did.startsWith(DidKey.PREFIX)) {
            VerificationKey key = VerificationKey.parseMultikey(did.substring(DidKey.PREFIX.length()));
            method = new VerificationMethod(did + "#" + key.multikey(), DidKey.PREFIX + key.multikey(), key);
        } else if (did.startsWith("did:jwk:")) {
            method = new VerificationMethod(did + "#0", did, jwk(did.substring("did:jwk:".length())));
        } else {
            throw new MalformedException(
                    "none of did:key, did:jwk and did:web, which alone this node resolves: " + abridged(didUrl));
        }
        if (!method.id.equals(didUrl)) {
            throw new MalformedException("the DID document has no such verification method: " + abridged(didUrl));
        }
        return method;
    }

    /** quartzjer/did-jwk: the one method of the document is the JWK; with the use "enc" it makes no proofs. */
    private static VerificationKey jwk(String base64Url) {
        JsonNode jwk;
        try {
            jwk = JWK.readTree(new String(Multibase.decode("u" + base64Url), StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw new MalformedException("a did:jwk that holds no JSON: " + e.getOriginalMessage(), e);
        }
        VerificationKey key = Jwk.parse(jwk);
        if (jwk.has("use") && !"sig".equals(jwk.path("use").asString(""))) {
            throw new MalformedException("a did:jwk whose use is not sig: it makes no proofs");
        }
        return key;
    }

    private static String abridged(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
