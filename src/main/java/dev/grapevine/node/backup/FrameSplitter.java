package dev.grapevine.node.backup;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of bytes into frames, each behind its length as an unsigned varint, wherever its pieces end. One thread at a time. */
final class FrameSplitter {

    static final int MAX_FRAME_BYTES = 1024 * 1024;

    private ByteBuffer waiting = ByteBuffer.allocate(0);

    /** Takes a piece. @return the frames that it completes */
    List<byte[]> accept(byte[] piece) {
        ByteBuffer all = ByteBuffer.allocate(waiting.remaining() + piece.length)
                .put(waiting)
                .put(piece)
                .flip();
        List<byte[]> frames = new ArrayList<>();
        while (true) {
            int begin = all.position();
            int length = length(all);
            if (length < 0 || all.remaining() < length) {
                all.position(begin);
                break;
            }
            byte[] bytes = new byte[length];
            all.get(bytes);
            frames.add(bytes);
        }
        waiting = all.slice();
        return frames;
    }

    /** @return -1 where the length itself is not all there */
    private static int length(ByteBuffer in) {
        int size = 0;
        while (size < in.remaining() && (in.get(in.position() + size) & 0x80) != 0) {
            size++;
        }
        if (size >= Varint.MAX_BYTES) {
            throw new MalformedException("no length of a frame");
        }
        if (size == in.remaining()) {
            return -1;
        }
        long length = Varint.read(in);
        if (length > MAX_FRAME_BYTES) {
            throw new MalformedException("a frame of " + length + " bytes");
        }
        return Math.toIntExact(length);
    }

    /** Whether bytes are left that make no frame. */
    boolean isInsideFrame() {
        return waiting.hasRemaining();
    }
}
