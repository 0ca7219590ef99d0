package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The statuses of a status list, bit by bit (Bitstring Status List section 2.2); never changed once it is made. */
public final class Bitstring {

    /** Places in a list of this node, and the fewest that a list must have (Bitstring Status List section 3.2). */
    public static final int MIN_ENTRIES = 131_072;

    /** The longest bitstring that is expanded: 64 times the shortest. A longer one is taken for a zip bomb. */
    static final int MAX_BYTES = 1024 * 1024;

    private final byte[] bits;

    private Bitstring(byte[] bits) {
        this.bits = bits;
    }

    /**
     * A bitstring of {@link #MIN_ENTRIES} bits.
     *
     * @param set the places whose bit is 1; the others' is 0
     */
    public static Bitstring of(int[] set) {
        byte[] bits = new byte[MIN_ENTRIES / Byte.SIZE];
        for (int place : set) {
            bits[place / Byte.SIZE] |= mask(place % Byte.SIZE);
        }
        return new Bitstring(bits);
    }

    /** Bit 0 is the left-most one (section 2.2, encodedList). */
    private static byte mask(int bit) {
        return (byte) (0x80 >>> bit);
    }

    /** Section 3.3: gzip, then multibase of base64url without padding. */
    public String encode() {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Multibase.BASE64URL.encode(zipped.toByteArray());
    }

    /**
     * Section 3.4.
     *
     * @throws MalformedException where it is no such text, or longer than {@link #MAX_BYTES} when it is expanded
     */
    static Bitstring decode(String encodedList) {
        if (!encodedList.startsWith("u")) {
            throw new MalformedException("is not multibase text in base64url");
        }
        byte[] zipped = Multibase.decode(encodedList);
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            byte[] bits = gzip.readNBytes(MAX_BYTES + 1);
            if (bits.length > MAX_BYTES) {
                throw new MalformedException("expands to more than " + MAX_BYTES + " bytes");
            }
            return new Bitstring(bits);
        } catch (IOException e) {
            throw new MalformedException("is not compressed by gzip: " + e.getMessage(), e);
        }
    }

    /** How many places of so many bits it has. */
    long entries(int size) {
        return (long) bits.length * Byte.SIZE / size;
    }

    /**
     * The value of one place, the left-most bit first.
     *
     * @param place less than {@link #entries}
     * @param size bits of each place
     */
    int value(long place, int size) {
        int value = 0;
        for (long bit = place * size; bit < (place + 1) * size; bit++) {
            boolean set = (bits[Math.toIntExact(bit / Byte.SIZE)] & mask((int) (bit % Byte.SIZE))) != 0;
            value = value << 1 | (set ? 1 : 0);
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bitstring that && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
