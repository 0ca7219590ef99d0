package dev.grapevine.node.identity;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PublicKey;

/**
 * Who an issuer is, for ever: its first signing key, whatever key it signs with later.
 *
 * @param inception the first signing key, Ed25519
 */
public record IssuerId(PublicKey inception) {

    /** The id as text: {@code did:key:z6Mk…}. */
    public String did() {
        return DidKey.encode(inception);
    }

    /** @throws dev.grapevine.libp2p.multiformats.MalformedException where it is not the did:key of an Ed25519 key */
    public static IssuerId parse(String did) {
        return new IssuerId(DidKey.parse(did));
    }

    @Override
    public String toString() {
        return did();
    }
}
