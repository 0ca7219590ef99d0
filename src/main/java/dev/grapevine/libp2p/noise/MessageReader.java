package dev.grapevine.libp2p.noise;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts what arrives into messages behind their lengths of two bytes (specification noise, section Wire Format). */
final class MessageReader {

    static final int LENGTH_BYTES = 2;

    private byte[] waiting = {};
    private int at;

    /** Takes what has arrived. At most one message that is not whole is kept besides. */
    void add(byte[] bytes) {
        if (at == waiting.length) {
            waiting = bytes;
        } else {
            byte[] all = Arrays.copyOfRange(waiting, at, waiting.length + bytes.length);
            System.arraycopy(bytes, 0, all, waiting.length - at, bytes.length);
            waiting = all;
        }
        at = 0;
    }

    /**
     * The next message.
     *
     * @return null where more must arrive first
     * @throws IOException where it is longer than so many bytes
     */
    byte @Nullable [] next(int maxBytes) throws IOException {
        int available = waiting.length - at;
        if (available < LENGTH_BYTES) {
            return null;
        }
        int length = (waiting[at] & 0xff) << 8 | (waiting[at + 1] & 0xff);
        if (length > maxBytes) {
            throw new IOException("a message of " + length + " bytes in the handshake");
        }
        if (available < LENGTH_BYTES + length) {
            return null;
        }
        int start = at + LENGTH_BYTES;
        at = start + length;
        return Arrays.copyOfRange(waiting, start, at);
    }
}
