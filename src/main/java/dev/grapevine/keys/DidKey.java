package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.KeyType;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;

/**
 * The {@code did:key} method (w3c-ccg/did-key-spec) for the keys of issuers, which are Ed25519: the DID is the key itself, so
 * it resolves offline.
 */
public final class DidKey {

    static final String PREFIX = "did:key:";

    private DidKey() {}

    /** The DID of an Ed25519 key, such as {@code did:key:z6Mk…}. */
    public static String encode(PublicKey key) {
        return PREFIX + multikey(key);
    }

    /** The DID URL of the key as the one verification method of its DID document: {@code did:key:z6Mk…#z6Mk…}. */
    public static String verificationMethod(PublicKey key) {
        String multikey = multikey(key);
        return PREFIX + multikey + "#" + multikey;
    }

    /** @throws MalformedException where the text is not the {@code did:key} of an Ed25519 key */
    public static PublicKey parse(String did) {
        if (!did.startsWith(PREFIX)) {
            throw new MalformedException("not a did:key: " + did);
        }
        return VerificationKey.parseMultikey(did.substring(PREFIX.length()))
                .ed25519()
                .orElseThrow(() -> new MalformedException("not the did:key of an Ed25519 key: " + did));
    }

    private static String multikey(PublicKey key) {
        if (key.type() != KeyType.ED25519) {
            throw new IllegalArgumentException("a did:key is made of Ed25519 keys here, not of " + key.type());
        }
        return VerificationKey.of(key).multikey();
    }
}
