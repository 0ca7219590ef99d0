package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest: 32 bytes with equality and order. */
public final class Hash implements Comparable<Hash> {

    public static final int BYTES = 32;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Wraps a digest.
     *
     * @throws MalformedException where there are not 32 bytes
     */
    public static Hash wrap(byte[] digest) {
        if (digest.length != BYTES) {
            throw new MalformedException("digest of " + digest.length + " bytes");
        }
        return new Hash(digest.clone());
    }

    /**
     * Reads 64 lower-case hexadecimal digits.
     *
     * @throws MalformedException where there is anything else
     */
    public static Hash parseHex(String hex) {
        boolean right = hex.length() == 2 * BYTES;
        for (int i = 0; right && i < hex.length(); i++) {
            char c = hex.charAt(i);
            right = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!right) {
            throw new MalformedException("digest is not 64 lower-case hexadecimal digits");
        }
        return new Hash(HexFormat.of().parseHex(hex));
    }

    /** The SHA-256 of the parts, one after the other. */
    public static Hash of(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return new Hash(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The commitment to a body: sha-256(salt ‖ body), design §4. */
    public static Hash commitment(byte[] salt, byte[] body) {
        return of(salt, body);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** By the bytes, unsigned, the first one first. */
    @Override
    public int compareTo(Hash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
