package dev.grapevine.node.credential;

import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.MemoryKeys;
import dev.grapevine.node.identity.WebIdentity;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/** An issuer with a did:web and its key on P-256. */
public final class WebIssuer {

    public static final String DID = "did:web:uni.example";

    public static final WebIdentity IDENTITY = new WebIdentity(DID, EcdsaKey.generate(new SecureRandom()));

    private WebIssuer() {}

    /** The issuer's keys. */
    public static MemoryKeys keys(PrivateKey ofLog) {
        return new MemoryKeys(ofLog, Optional.of(IDENTITY));
    }

    /** Its DID document. */
    public static ObjectNode document() {
        String id = IDENTITY.verificationMethod();
        ObjectNode document = Signed.parse("{'@context':['https://www.w3.org/ns/did/v1',"
                + "'https://w3id.org/security/multikey/v1'],'id':'" + DID + "'}");
        document.putArray("verificationMethod")
                .addObject()
                .put("id", id)
                .put("type", "Multikey")
                .put("controller", DID)
                .put("publicKeyMultibase", IDENTITY.key().publicKey().multikey());
        document.putArray("authentication").add(id);
        document.putArray("assertionMethod").add(id);
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
