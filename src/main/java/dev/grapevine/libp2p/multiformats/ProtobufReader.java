package dev.grapevine.libp2p.multiformats;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Reads one protobuf message field by field:
 * {@code while (r.next()) switch (r.field()) { case 1 -> …; default -> r.skip(); }}. Every field must be read or
 * skipped before the next one. Whatever is not valid protobuf, or has another wire type than asked for, is a
 * {@link MalformedException}.
 */
public final class ProtobufReader {

    private final CodedInputStream in;
    private int tag;

    public ProtobufReader(byte[] message) {
        in = CodedInputStream.newInstance(message);
    }

    /** Goes to the next field. @return false at the end of the message */
    public boolean next() {
        tag = read(CodedInputStream::readTag);
        return tag != 0;
    }

    /** The current field's number. */
    public int field() {
        return WireFormat.getTagFieldNumber(tag);
    }

    /** The current field as uint64 or int64; above {@link Long#MAX_VALUE} it comes out negative. */
    public long uint64() {
        expect(WireFormat.WIRETYPE_VARINT);
        return read(CodedInputStream::readUInt64);
    }

    /** The current field as int32, uint32 or enum. */
    public int int32() {
        expect(WireFormat.WIRETYPE_VARINT);
        return read(CodedInputStream::readInt32);
    }

    /** The current field as fixed64. */
    public long fixed64() {
        expect(WireFormat.WIRETYPE_FIXED64);
        return read(CodedInputStream::readFixed64);
    }

    /** The current field as bool. */
    public boolean bool() {
        expect(WireFormat.WIRETYPE_VARINT);
        return read(CodedInputStream::readBool);
    }

    /** The current field as bytes, or as a message still encoded. */
    public byte[] bytes() {
        expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return read(CodedInputStream::readByteArray);
    }

    /** The current field as text; it must be valid UTF-8. */
    public String string() {
        expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return read(CodedInputStream::readStringRequireUtf8);
    }

    /** Passes over the current field, of whatever type. */
    public void skip() {
        if (!read(stream -> stream.skipField(tag))) {
            throw new MalformedException("protobuf group ends that never began");
        }
    }

    /** How many bytes have been read: where the current field ends, once it is read or skipped. */
    public int position() {
        return in.getTotalBytesRead();
    }

    private void expect(int wireType) {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new MalformedException("protobuf field " + field() + " has the wrong wire type");
        }
    }

    private <T> T read(Read<T> read) {
        try {
            return read.from(in);
        } catch (IOException e) {
            throw new MalformedException("not a protobuf message: " + e.getMessage(), e);
        }
    }

    private interface Read<T> {
        T from(CodedInputStream in) throws IOException;
    }
}
