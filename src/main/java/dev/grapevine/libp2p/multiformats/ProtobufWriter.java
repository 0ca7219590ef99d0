package dev.grapevine.libp2p.multiformats;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes one protobuf message, field after field in the order of the calls. A field is written whenever its method is
 * called, default value or not; whether it is present is the caller's decision.
 */
public final class ProtobufWriter {

    private static final int BUFFER_BYTES = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);

    /** Writes a uint64 or int64. */
    public ProtobufWriter uint64(int field, long value) {
        return write(() -> out.writeUInt64(field, value));
    }

    /** Writes an int32, uint32 or enum. */
    public ProtobufWriter int32(int field, int value) {
        return write(() -> out.writeInt32(field, value));
    }

    public ProtobufWriter bool(int field, boolean value) {
        return write(() -> out.writeBool(field, value));
    }

    /** Writes bytes, or a message already encoded. */
    public ProtobufWriter bytes(int field, byte[] value) {
        return write(() -> out.writeByteArray(field, value));
    }

    public ProtobufWriter string(int field, String value) {
        return write(() -> out.writeString(field, value));
    }

    public byte[] toByteArray() {
        write(out::flush);
        return bytes.toByteArray();
    }

    private ProtobufWriter write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
