package dev.grapevine.libp2p.multiformats;

import java.nio.ByteBuffer;

/**
 * A content identifier (multiformats/cid).
 *
 * @param version 0 or 1
 * @param codec what the content is, by the multicodec table; always {@link #DAG_PB} in version 0
 * @param hash the content's hash; always sha2-256 in version 0
 */
public record Cid(int version, long codec, Multihash hash) {

    public static final long RAW = 0x55;

    public static final long DAG_PB = 0x70;

    /** A libp2p public key: the codec of a peer id written as a CID. */
    public static final long LIBP2P_KEY = 0x72;

    public Cid {
        if (version != 1 && (version != 0 || codec != DAG_PB || hash.code() != Multihash.SHA2_256)) {
            throw new MalformedException("no such kind of CID: version " + version + ", codec " + codec);
        }
    }

    /** Parses either version; version 1 in any encoding of {@link Multibase}. */
    public static Cid parse(String text) {
        // cid specification, decoding algorithm: 46 characters that start with Qm are version 0
        boolean version0 = text.length() == 46 && text.startsWith("Qm");
        Cid cid = decode(version0 ? Base58.decode(text) : Multibase.decode(text));
        if (cid.version == 0 && !version0) {
            throw new MalformedException("a CID of version 0 has no multibase prefix");
        }
        return cid;
    }

    /** @throws MalformedException where the bytes are not exactly one CID */
    public static Cid decode(byte[] bytes) {
        // a version 0 CID is nothing but a sha2-256 multihash
        if (bytes.length == 34 && bytes[0] == Multihash.SHA2_256 && bytes[1] == 32) {
            return new Cid(0, DAG_PB, Multihash.decode(bytes));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long version = Varint.read(in);
        if (version != 1) {
            throw new MalformedException("no such version of a CID: " + version);
        }
        Cid cid = new Cid(1, Varint.read(in), Multihash.read(in));
        if (in.hasRemaining()) {
            throw new MalformedException("bytes follow the CID");
        }
        return cid;
    }

    public byte[] encode() {
        byte[] multihash = hash.encode();
        if (version == 0) {
            return multihash;
        }
        ByteBuffer out = ByteBuffer.allocate(1 + Varint.size(codec) + multihash.length);
        Varint.write(1, out);
        Varint.write(codec, out);
        return out.put(multihash).array();
    }

    /** Base32 with its prefix; base58 without one for version 0. */
    @Override
    public String toString() {
        return version == 0 ? Base58.encode(encode()) : Multibase.BASE32.encode(encode());
    }
}
