package dev.grapevine.keys;

/** The curves of the keys that sign credentials, by their JOSE names (RFC 7518 section 6.2.1.1, RFC 8037 section 2). */
public enum Curve {
    ED25519("Ed25519", 0xed01, 32, 64, "SHA-256"),
    P256("P-256", 0x8024, 33, 64, "SHA-256"),
    P384("P-384", 0x8124, 49, 96, "SHA-384");

    private final String jose;
    private final int multicodec;
    private final int keyBytes;
    private final int signatureBytes;
    private final String digest;

    Curve(String jose, int multicodec, int keyBytes, int signatureBytes, String digest) {
        this.jose = jose;
        this.multicodec = multicodec;
        this.keyBytes = keyBytes;
        this.signatureBytes = signatureBytes;
        this.digest = digest;
    }

    /** The name that a JWK has as its {@code crv}. */
    public String jose() {
        return jose;
    }

    /** The two bytes in front of a public key in a Multikey (Controlled Identifiers section 2.2.2): a varint. */
    int multicodec() {
        return multicodec;
    }

    /** Of a public key; on a NIST curve of its compressed point. */
    int keyBytes() {
        return keyBytes;
    }

    /** Of a signature; on a NIST curve r and s of equal length (RFC 4754 section 7). */
    public int signatureBytes() {
        return signatureBytes;
    }

    /** Java's name of the hash that goes with the curve (vc-di-ecdsa section 3). */
    public String digest() {
        return digest;
    }
}
