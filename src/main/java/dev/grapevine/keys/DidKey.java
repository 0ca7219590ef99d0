package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.KeyType;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.util.Arrays;

/** The {@code did:key} method for Ed25519 (w3c-ccg/did-key-spec): the DID is the key itself, so it resolves offline. */
public final class DidKey {

    private static final String PREFIX = "did:key:";

    /** The multicodec ed25519-pub, 0xed, as a varint. */
    private static final byte[] ED25519_PUB = {(byte) 0xed, 0x01};

    private static final int KEY_BYTES = 32;

    private DidKey() {}

    /** The DID of an Ed25519 key, such as {@code did:key:z6Mk…}. */
    public static String encode(PublicKey key) {
        return PREFIX + multibase(key);
    }

    /** The DID URL of the key as the one verification method of its DID document: {@code did:key:z6Mk…#z6Mk…}. */
    public static String verificationMethod(PublicKey key) {
        String multibase = multibase(key);
        return PREFIX + multibase + "#" + multibase;
    }

    /** @throws MalformedException where the text is not the {@code did:key} of an Ed25519 key */
    public static PublicKey parse(String did) {
        if (!did.startsWith(PREFIX + "z")) {
            throw new MalformedException("not a did:key in base58: " + did);
        }
        byte[] bytes = Multibase.decode(did.substring(PREFIX.length()));
        if (bytes.length != ED25519_PUB.length + KEY_BYTES
                || !Arrays.equals(bytes, 0, ED25519_PUB.length, ED25519_PUB, 0, ED25519_PUB.length)) {
            throw new MalformedException("not the did:key of an Ed25519 key: " + did);
        }
        return PublicKey.ed25519(Arrays.copyOfRange(bytes, ED25519_PUB.length, bytes.length));
    }

    /**
     * The key of a verification method's DID URL.
     *
     * @throws MalformedException where it is not the one method of a {@code did:key}
     */
    public static PublicKey parseVerificationMethod(String didUrl) {
        int hash = didUrl.indexOf('#');
        if (hash < 0) {
            throw new MalformedException("a verification method of a did:key has a fragment: " + didUrl);
        }
        PublicKey key = parse(didUrl.substring(0, hash));
        if (!didUrl.equals(verificationMethod(key))) {
            throw new MalformedException("the DID document of a did:key has no such verification method: " + didUrl);
        }
        return key;
    }

    private static String multibase(PublicKey key) {
        if (key.type() != KeyType.ED25519) {
            throw new IllegalArgumentException("a did:key is made of Ed25519 keys here, not of " + key.type());
        }
        byte[] raw = key.raw();
        byte[] bytes = Arrays.copyOf(ED25519_PUB, ED25519_PUB.length + raw.length);
        System.arraycopy(raw, 0, bytes, ED25519_PUB.length, raw.length);
        return Multibase.BASE58BTC.encode(bytes);
    }
}
