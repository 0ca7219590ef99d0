package dev.grapevine.libp2p.tls;

import java.security.cert.CertificateException;
import java.util.Arrays;

/**
 * Walks the elements of DER (X.690) one after the other, never outside the bytes that it was given. Knows definite
 * lengths of up to 65,535 bytes and tags of one byte, which is all that a libp2p certificate has.
 */
final class DerReader {

    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;

    private static final int NO_TAG = -1;

    private final byte[] bytes;
    private final int end;
    private int position;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    /** Whether the next element has the tag; {@code false} too at the end. */
    boolean at(int tag) {
        return (position < end ? bytes[position] & 0xff : NO_TAG) == tag;
    }

    boolean atEnd() {
        return position == end;
    }

    /** Enters the next element, which must have the tag; this reader goes on behind it. */
    DerReader enter(int tag) throws CertificateException {
        if (!at(tag)) {
            throw new CertificateException("certificate lacks an element with tag 0x%02x".formatted(tag));
        }
        position++;
        int length = length();
        if (length > end - position) {
            throw new CertificateException("certificate is cut off");
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** The content of the next element, which must have the tag. */
    byte[] content(int tag) throws CertificateException {
        DerReader content = enter(tag);
        return Arrays.copyOfRange(bytes, content.position, content.end);
    }

    /** The whole next element with tag and length; it must have the tag. */
    byte[] element(int tag) throws CertificateException {
        int start = position;
        enter(tag);
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** The bits of the next element, which must be a bit string of whole bytes. */
    byte[] bits() throws CertificateException {
        byte[] content = content(BIT_STRING);
        if (content.length == 0 || content[0] != 0) {
            throw new CertificateException("certificate has a bit string that is not of whole bytes");
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    void requireEnd() throws CertificateException {
        if (!atEnd()) {
            throw new CertificateException("certificate has more elements than it should");
        }
    }

    private int length() throws CertificateException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int length = switch (first) {
            case 0x81 -> octet();
            case 0x82 -> octet() << 8 | octet();
            default -> throw new CertificateException("certificate has a length of a form that is not DER");
        };
        // X.690 §10.1: the shortest form is the only one
        if (length < 0x80 || (first == 0x82 && length < 0x100)) {
            throw new CertificateException("certificate has a length that is not minimal");
        }
        return length;
    }

    private int octet() throws CertificateException {
        if (atEnd()) {
            throw new CertificateException("certificate is cut off");
        }
        return bytes[position++] & 0xff;
    }
}
