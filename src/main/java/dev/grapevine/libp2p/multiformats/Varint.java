package dev.grapevine.libp2p.multiformats;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Unsigned varints as in multiformats/unsigned-varint: little-endian groups of 7 bits, at most 9 bytes (values below
 * 2^63), and only the shortest form.
 */
public final class Varint {

    /** The longest varint that the specification allows. */
    public static final int MAX_BYTES = 9;

    private Varint() {}

    /** Encodes a value from 0 to {@link Long#MAX_VALUE}. */
    public static byte[] encode(long value) {
        byte[] bytes = new byte[size(value)];
        write(value, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Reads one varint at the buffer's position and moves the position behind it.
     *
     * @return from 0 to {@link Long#MAX_VALUE}
     * @throws MalformedException where the buffer ends too early, or the varint is longer than 9 bytes or than
     *     necessary; the position then says nothing
     */
    public static long read(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (!in.hasRemaining()) {
                throw new MalformedException("varint is cut off");
            }
            byte b = in.get();
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                if (b == 0 && i > 0) {
                    throw new MalformedException("varint is not minimal");
                }
                return value;
            }
        }
        throw new MalformedException("varint is longer than " + MAX_BYTES + " bytes");
    }

    /** How many bytes {@link #encode} makes of a value. */
    public static int size(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a varint is never negative: " + value);
        }
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    /** Writes a value from 0 to {@link Long#MAX_VALUE}. */
    public static void write(long value, ByteBuffer out) {
        int size = size(value);
        for (int i = 0; i < size; i++) {
            out.put(group(value, i, size));
        }
    }

    /** Writes a value from 0 to {@link Long#MAX_VALUE}. */
    public static void write(long value, OutputStream out) throws IOException {
        int size = size(value);
        for (int i = 0; i < size; i++) {
            out.write(group(value, i, size));
        }
    }

    private static byte group(long value, int index, int size) {
        int bits = (int) (value >>> (7 * index)) & 0x7f;
        return (byte) (index < size - 1 ? bits | 0x80 : bits);
    }
}
