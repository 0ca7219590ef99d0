package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.MemoryKeys;
import dev.grapevine.node.identity.WebIdentity;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An issuer with a did:web and its keys. */
public final class WebIssuer {

    public static final String DID = "did:web:uni.example";

    private static final List<EcdsaKey> KEYS = WebIdentity.CURVES.stream()
            .map(curve -> EcdsaKey.generate(curve, new SecureRandom()))
            .toList();

    public static final WebIdentity IDENTITY =
            new WebIdentity(DID, KEYS, KEYS.stream().map(EcdsaKey::publicKey).toList());

    private WebIssuer() {}

    /** The DID URL of its key on P-256 as a did:key. */
    public static String didKey() {
        String multikey = IDENTITY.key(Curve.P256).publicKey().multikey();
        return "did:key:" + multikey + "#" + multikey;
    }

    /** The DID URL of its key on a curve. */
    public static String method(Curve curve) {
        return IDENTITY.verificationMethod(IDENTITY.key(curve).publicKey());
    }

    /** The issuer's keys. */
    public static MemoryKeys keys(PrivateKey ofLog) {
        return new MemoryKeys(ofLog, Optional.of(IDENTITY));
    }

    /** Its DID document. */
    public static ObjectNode document() {
        ObjectNode document = Signed.parse("{'@context':['https://www.w3.org/ns/did/v1',"
                + "'https://w3id.org/security/multikey/v1'],'id':'" + DID + "'}");
        ArrayNode methods = document.putArray("verificationMethod");
        ArrayNode authentication = document.putArray("authentication");
        ArrayNode assertion = document.putArray("assertionMethod");
        for (VerificationKey key : IDENTITY.published()) {
            String id = IDENTITY.verificationMethod(key);
            methods.addObject()
                    .put("id", id)
                    .put("type", "Multikey")
                    .put("controller", DID)
                    .put("publicKeyMultibase", key.multikey());
            authentication.add(id);
            assertion.add(id);
        }
        return document;
    }

    /** One that finds that document where it is to be. */
    public static CredentialVerifier verifier(InstantSource clock) {
        URI url = URI.create("https://uni.example/.well-known/did.json");
        OwnDidDocument web = asked ->
                asked.equals(url) ? Mono.just(document().toString().getBytes(StandardCharsets.UTF_8)) : Mono.empty();
        return new CredentialVerifier(
                clock, null, OwnStatusLists.NONE, web.before(RemoteDocuments.NONE), Schedulers.immediate());
    }
}
