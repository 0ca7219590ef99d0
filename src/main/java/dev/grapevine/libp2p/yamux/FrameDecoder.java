package dev.grapevine.libp2p.yamux;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives into frames. A data frame is handed on in the pieces in which it comes, each a frame of its own that means
 * the same, so that no more than a header is ever kept here: the first piece has the flags that begin a stream, the last
 * those that end it.
 */
final class FrameDecoder {

    private static final int BEGINNING = Frame.SYN | Frame.ACK;
    private static final int ENDING = Frame.FIN | Frame.RST;

    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private int stream;
    private int flags;
    private long payloadLeft;
    private boolean inPayload;

    /** Takes what has arrived; {@link #next} must have answered null before. */
    void add(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /**
     * The next frame.
     *
     * @return null where more must arrive first
     * @throws MalformedException where what arrived is not yamux; the connection is then of no use
     */
    @Nullable
    Frame next() {
        if (inPayload) {
            return in.hasRemaining() ? piece() : null;
        }
        while (header.hasRemaining() && in.hasRemaining()) {
            header.put(in.get());
        }
        return header.hasRemaining() ? null : header();
    }

    private @Nullable Frame header() {
        header.flip();
        byte version = header.get();
        byte type = header.get();
        flags = header.getShort() & 0xffff;
        stream = header.getInt();
        int length = header.getInt();
        header.clear();
        if (version != Frame.VERSION) {
            throw new MalformedException("yamux of version " + version);
        }
        if ((type == Frame.DATA || type == Frame.WINDOW_UPDATE) == (stream == 0)) {
            throw new MalformedException("frame of type " + type + " on stream " + Integer.toUnsignedString(stream));
        }
        return switch (type) {
            case Frame.DATA -> data(Integer.toUnsignedLong(length));
            case Frame.WINDOW_UPDATE -> new Frame.WindowUpdate(stream, flags, Integer.toUnsignedLong(length));
            case Frame.PING -> new Frame.Ping((flags & Frame.ACK) != 0, length);
            case Frame.GO_AWAY -> new Frame.GoAway(length);
            default -> throw new MalformedException("no such type of frame: " + type);
        };
    }

    private @Nullable Frame data(long length) {
        if (length == 0) {
            return new Frame.Data(stream, flags, new byte[0]);
        }
        payloadLeft = length;
        inPayload = true;
        return in.hasRemaining() ? piece() : null;
    }

    private Frame piece() {
        byte[] piece = new byte[(int) Math.min(payloadLeft, in.remaining())];
        in.get(piece);
        payloadLeft -= piece.length;
        inPayload = payloadLeft > 0;
        int pieceFlags = inPayload ? flags & ~ENDING : flags;
        flags &= ~BEGINNING;
        return new Frame.Data(stream, pieceFlags, piece);
    }
}
