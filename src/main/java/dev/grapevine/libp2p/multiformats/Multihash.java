package dev.grapevine.libp2p.multiformats;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A digest that names its hash function (multiformats/multihash).
 *
 * @param code the hash function's code in the multicodec table
 * @param digest at most {@link #MAX_DIGEST_BYTES} bytes; shared, never changed
 */
public record Multihash(int code, byte[] digest) {

    /** The digest is the data itself. */
    public static final int IDENTITY = 0x00;

    public static final int SHA2_256 = 0x12;

    /** The longest digest taken; the longest of a common hash function is 64 bytes. */
    public static final int MAX_DIGEST_BYTES = 128;

    private static final int SHA2_256_BYTES = 32;

    public Multihash {
        if (code < 0) {
            throw new MalformedException("multihash code is out of range");
        }
        if (digest.length > MAX_DIGEST_BYTES) {
            throw new MalformedException("multihash digest is longer than " + MAX_DIGEST_BYTES + " bytes");
        }
        if (code == SHA2_256 && digest.length != SHA2_256_BYTES) {
            throw new MalformedException("sha2-256 digest of " + digest.length + " bytes");
        }
    }

    /** The SHA-256 of data. */
    public static Multihash sha256(byte[] data) {
        try {
            return new Multihash(SHA2_256, MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** @throws MalformedException where the bytes are not exactly one multihash */
    public static Multihash decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Multihash hash = read(in);
        if (in.hasRemaining()) {
            throw new MalformedException("bytes follow the multihash");
        }
        return hash;
    }

    static Multihash read(ByteBuffer in) {
        long code = Varint.read(in);
        long length = Varint.read(in);
        if (code > Integer.MAX_VALUE || length > in.remaining() || length > MAX_DIGEST_BYTES) {
            throw new MalformedException("multihash is cut off or out of range");
        }
        byte[] digest = new byte[(int) length];
        in.get(digest);
        return new Multihash((int) code, digest);
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Varint.size(code) + Varint.size(digest.length) + digest.length);
        Varint.write(code, out);
        Varint.write(digest.length, out);
        return out.put(digest).array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multihash that && code == that.code && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return 31 * code + Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "Multihash[code=0x" + Integer.toHexString(code) + ", digest="
                + HexFormat.of().formatHex(digest) + "]";
    }
}
