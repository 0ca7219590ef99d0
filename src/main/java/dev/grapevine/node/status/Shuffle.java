package dev.grapevine.node.status;

import dev.grapevine.node.credential.Bitstring;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret order of all places of a list, so that a place does not tell when it was given out (Bitstring Status List section 2.1,
 * statusListIndex), and none comes twice: a Feistel network (Luby and Rackoff, 1988) over 18 bits, applied again while
 * the result is no place.
 */
final class Shuffle {

    /** The length of its key. */
    static final int KEY_BYTES = 32;

    private static final int HALF_BITS = 9;
    private static final int HALF_MASK = (1 << HALF_BITS) - 1;

    /** Four make a pseudorandom permutation even to those who may ask for the inverse. */
    private static final int ROUNDS = 4;

    private final Mac mac;

    Shuffle(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** The place that is given out as the n-th, from 0 on; for each n less than {@link Bitstring#MIN_ENTRIES} another one. */
    int place(int n) {
        int place = n;
        do {
            place = permute(place);
        } while (place >= Bitstring.MIN_ENTRIES);
        return place;
    }

    private int permute(int value) {
        int left = value >>> HALF_BITS;
        int right = value & HALF_MASK;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] hash = mac.doFinal(new byte[] {(byte) round, (byte) (right >>> Byte.SIZE), (byte) right});
            int mixed = left ^ (((hash[0] << Byte.SIZE) | (hash[1] & 0xff)) & HALF_MASK);
            left = right;
            right = mixed;
        }
        return left << HALF_BITS | right;
    }
}
