package dev.grapevine.node.credential;

import dev.grapevine.keys.DidDocument;
import dev.grapevine.keys.DidWeb;
import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The DID documents that verifying one credential or presentation needs, and the reasons why others are not to be had. */
final class DidDocuments {

    /** Of those who need none: did:key and did:jwk resolve without. */
    static final DidDocuments NONE = new DidDocuments(Map.of(), Instant.EPOCH);

    private final Map<String, Loaded> byDid;
    private final Instant now;

    /** A document, or for people why there is none. */
    record Loaded(Optional<DidDocument> document, String reason) {

        static Loaded of(DidDocument document) {
            return new Loaded(Optional.of(document), "");
        }

        static Loaded not(String reason) {
            return new Loaded(Optional.empty(), reason);
        }
    }

    DidDocuments(Map<String, Loaded> byDid, Instant now) {
        this.byDid = byDid;
        this.now = now;
    }

    /**
     * The verification method of a DID URL.
     *
     * @param purpose a verification relationship, such as {@code assertionMethod}
     * @throws MalformedException where there is none for that purpose
     */
    VerificationMethod method(String didUrl, String purpose) {
        if (!DidWeb.is(didUrl)) {
            return VerificationMethod.resolve(didUrl);
        }
        String did = did(didUrl);
        Loaded loaded = byDid.getOrDefault(did, Loaded.not("this node has not loaded its document"));
        return loaded.document
                .orElseThrow(() -> new MalformedException(did + " does not resolve: " + loaded.reason))
                .method(didUrl, purpose, now);
    }

    /** The DID of a DID URL. */
    static String did(String didUrl) {
        int hash = didUrl.indexOf('#');
        return hash < 0 ? didUrl : didUrl.substring(0, hash);
    }
}
