package dev.grapevine.libp2p.crypto;

/** The kinds of keys that libp2p knows (specification peer-ids, section Keys). */
public enum KeyType {
    RSA(0),
    ED25519(1),
    SECP256K1(2),
    ECDSA(3);

    private final int number;

    KeyType(int number) {
        this.number = number;
    }

    /** The type's number in a key's protobuf form. */
    int number() {
        return number;
    }
}
