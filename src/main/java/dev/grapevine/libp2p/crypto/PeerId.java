package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.multiformats.Base58;
import dev.grapevine.libp2p.multiformats.Cid;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a peer is: the multihash of its public key (specification peer-ids). Ordered by its bytes. */
public final class PeerId implements Comparable<PeerId> {

    /** Keys whose protobuf form is at most this long stand in the peer id as they are. */
    private static final int MAX_INLINE_KEY_BYTES = 42;

    private final byte[] bytes;
    private final @Nullable PublicKey inlined;

    private PeerId(Multihash hash) {
        inlined = switch (hash.code()) {
            case Multihash.IDENTITY -> inlined(hash.digest());
            case Multihash.SHA2_256 -> null;
            default -> throw new MalformedException("a peer id is no " + hash);
        };
        bytes = hash.encode();
    }

    private static PublicKey inlined(byte[] key) {
        if (key.length > MAX_INLINE_KEY_BYTES) {
            throw new MalformedException("a public key of " + key.length + " bytes is too long for a peer id");
        }
        return PublicKey.decode(key);
    }

    /** The peer id of a public key. */
    public static PeerId of(PublicKey key) {
        byte[] encoded = key.encoded();
        return new PeerId(
                encoded.length <= MAX_INLINE_KEY_BYTES
                        ? new Multihash(Multihash.IDENTITY, encoded)
                        : Multihash.sha256(encoded));
    }

    /** Parses either text form: base58, or a CID of version 1 (RFC 0001). */
    public static PeerId parse(String text) {
        if (text.startsWith("1") || text.startsWith("Qm")) {
            return decode(Base58.decode(text));
        }
        Cid cid = Cid.parse(text);
        if (cid.version() != 1 || cid.codec() != Cid.LIBP2P_KEY) {
            throw new MalformedException("a CID, but not a peer id: " + text);
        }
        return new PeerId(cid.hash());
    }

    /** @throws MalformedException where the bytes are not exactly one peer id */
    public static PeerId decode(byte[] bytes) {
        return new PeerId(Multihash.decode(bytes));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The form with a multibase prefix: a base32 CID. */
    public String toCid() {
        return new Cid(1, Cid.LIBP2P_KEY, Multihash.decode(bytes)).toString();
    }

    /** The peer's public key, where the peer id holds it, as with Ed25519. */
    public Optional<PublicKey> publicKey() {
        return Optional.ofNullable(inlined);
    }

    @Override
    public int compareTo(PeerId that) {
        return Arrays.compareUnsigned(bytes, that.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Base58. */
    @Override
    public String toString() {
        return Base58.encode(bytes);
    }
}
