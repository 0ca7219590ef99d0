package dev.grapevine.libp2p.multiformats;

import com.google.protobuf.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one protobuf message, field after field in the order of the calls. A field is written whenever its method is
 * called, default value or not; whether it is present is the caller's decision.
 */
public final class ProtobufWriter {

    private static final int INITIAL_BYTES = 128;

    /** Tag and length of a field, or tag and value of a number, at the most. */
    private static final int MAX_VARINTS_BYTES = 15;

    private byte[] bytes;
    private int size;

    public ProtobufWriter() {
        this(INITIAL_BYTES);
    }

    /** @param expectedBytes how long the message will be, about; it may be longer */
    public ProtobufWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Writes a uint64 or int64. */
    public ProtobufWriter uint64(int field, long value) {
        reserve(MAX_VARINTS_BYTES);
        tag(field, WireFormat.WIRETYPE_VARINT);
        varint(value);
        return this;
    }

    /** Writes an int32, uint32 or enum. */
    public ProtobufWriter int32(int field, int value) {
        return uint64(field, value);
    }

    public ProtobufWriter fixed64(int field, long value) {
        reserve(MAX_VARINTS_BYTES);
        tag(field, WireFormat.WIRETYPE_FIXED64);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    public ProtobufWriter bool(int field, boolean value) {
        return uint64(field, value ? 1 : 0);
    }

    /** Writes bytes, or a message already encoded. */
    public ProtobufWriter bytes(int field, byte[] value) {
        reserve(MAX_VARINTS_BYTES + value.length);
        tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        varint(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    public ProtobufWriter string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void tag(int field, int wireType) {
        varint(((long) field << 3) | wireType);
    }

    /** The protobuf encoding guide, Base 128 Varints; a negative number has ten bytes. */
    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
        }
    }
}
