package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/** A point of the key space: the SHA-256 of a key or a peer id (specification kad-dht, "Distance"). */
final class Key {

    static final int BITS = 256;

    private final byte[] hash;

    private Key(byte[] hash) {
        this.hash = hash;
    }

    static Key of(byte[] key) {
        return new Key(Multihash.sha256(key).digest());
    }

    static Key of(PeerId peer) {
        return of(peer.bytes());
    }

    /** How many leading bits both have in common; {@link #BITS} where they are equal. */
    int commonPrefix(Key other) {
        int at = Arrays.mismatch(hash, other.hash);
        return at < 0 ? BITS : 8 * at + Integer.numberOfLeadingZeros((hash[at] ^ other.hash[at]) & 0xff) - 24;
    }

    /** Orders others by their distance to this one, the closest first: by XOR, read as a number. */
    Comparator<Key> closestFirst() {
        return (a, b) -> {
            int at = Arrays.mismatch(a.hash, b.hash);
            return at < 0 ? 0 : ((a.hash[at] ^ hash[at]) & 0xff) - ((b.hash[at] ^ hash[at]) & 0xff);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(hash);
    }
}
