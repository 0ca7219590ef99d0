package dev.grapevine.node.registry.web;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into lines, or into CSV records, whose quoted fields may have line breaks in them. Keeps one record
 * at most; what a record has beyond {@link #MAX_RECORD_BYTES} is passed over. One thread at a time.
 */
final class RecordSplitter {

    static final int MAX_RECORD_BYTES = 64 * 1024;

    /** U+FEFF in UTF-8, which some programs write before the first line. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final boolean quotes;
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private boolean quoted;
    private boolean tooLong;
    private boolean first = true;
    private long line = 1;
    private long begins = 1;

    /** @param quotes whether line breaks between double quotes belong to the record (RFC 4180, section 2.6) */
    RecordSplitter(boolean quotes) {
        this.quotes = quotes;
    }

    /**
     * A record without its line break.
     *
     * @param number of the line that it begins on, from 1
     * @param tooLong whether it was cut
     */
    record Piece(long number, byte[] bytes, boolean tooLong) {}

    /** The records that end in these bytes. Empty lines are passed over. */
    List<Piece> accept(byte[] bytes) {
        List<Piece> pieces = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '"') {
                quoted ^= quotes;
            } else if (bytes[i] == '\n') {
                line++;
                if (!quoted) {
                    take(bytes, begin, i);
                    end(pieces);
                    begin = i + 1;
                }
            }
        }
        take(bytes, begin, bytes.length);
        return pieces;
    }

    private void take(byte[] bytes, int from, int to) {
        int room = MAX_RECORD_BYTES - record.size();
        record.write(bytes, from, Math.min(room, to - from));
        tooLong |= to - from > room;
    }

    /** What is left at the end of the stream. */
    List<Piece> end() {
        List<Piece> pieces = new ArrayList<>();
        end(pieces);
        return pieces;
    }

    private void end(List<Piece> pieces) {
        byte[] bytes = record.toByteArray();
        int begin = first && startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        int end = bytes.length > begin && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        if (end > begin) {
            pieces.add(new Piece(begins, Arrays.copyOfRange(bytes, begin, end), tooLong));
        }
        first = false;
        record.reset();
        quoted = false;
        tooLong = false;
        begins = line;
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        int length = BYTE_ORDER_MARK.length;
        return bytes.length >= length && Arrays.equals(bytes, 0, length, BYTE_ORDER_MARK, 0, length);
    }
}
