package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Varint;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts arriving bytes into frames, each behind its length as an unsigned varint. A frame's buffer grows with the bytes
 * that really arrive, so that a peer cannot make this host reserve memory by announcing a length.
 */
final class FrameReader {

    /** What a frame's buffer starts with, unless the frame is smaller. */
    private static final int FIRST_BUFFER_BYTES = 4096;

    private final int maxFrameBytes;
    private final Deque<byte[]> chunks = new ArrayDeque<>();

    /** Where to read on in the first chunk. */
    private int position;

    private long length;
    private int lengthBytes;

    /** The frame under way once its length is known; filled up to {@link #filled}. */
    private byte @Nullable [] frame;

    private int filled;

    FrameReader(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    void add(byte[] bytes) {
        if (bytes.length > 0) {
            chunks.add(bytes);
        }
    }

    /**
     * The next whole frame.
     *
     * @return null where more bytes are needed
     * @throws MalformedException where the length is no minimal varint or above the limit; the reader is of no use then
     */
    byte @Nullable [] next() {
        while (frame == null) {
            if (chunks.isEmpty()) {
                return null;
            }
            readLengthByte(take());
        }
        while (filled < length) {
            if (chunks.isEmpty()) {
                return null;
            }
            fill(chunks.getFirst());
        }
        byte[] whole = frame.length == filled ? frame : Arrays.copyOf(frame, filled);
        frame = null;
        length = 0;
        lengthBytes = 0;
        filled = 0;
        return whole;
    }

    /** Whether bytes of a frame that is not complete are there. */
    boolean isInsideFrame() {
        return lengthBytes > 0;
    }

    /** Takes out what follows the last frame that {@link #next} returned. */
    byte[] rest() {
        int size = chunks.stream().mapToInt(chunk -> chunk.length).sum() - position;
        byte[] rest = new byte[size];
        int at = 0;
        while (!chunks.isEmpty()) {
            byte[] chunk = chunks.removeFirst();
            System.arraycopy(chunk, position, rest, at, chunk.length - position);
            at += chunk.length - position;
            position = 0;
        }
        return rest;
    }

    private void readLengthByte(byte b) {
        if (b == 0 && lengthBytes > 0) {
            throw new MalformedException("the length of a frame is not minimal");
        }
        length |= (long) (b & 0x7f) << (7 * lengthBytes++);
        if (length > maxFrameBytes || (b < 0 && lengthBytes == Varint.MAX_BYTES)) {
            throw new MalformedException("a frame is longer than " + maxFrameBytes + " bytes");
        }
        if (b >= 0) {
            frame = new byte[(int) Math.min(length, FIRST_BUFFER_BYTES)];
        }
    }

    private void fill(byte[] chunk) {
        byte[] buffer = Objects.requireNonNull(frame, "a frame is under way");
        int count = (int) Math.min(chunk.length - position, length - filled);
        if (filled + count > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(length, Math.max(filled + count, 2L * buffer.length)));
            frame = buffer;
        }
        System.arraycopy(chunk, position, buffer, filled, count);
        filled += count;
        advance(count);
    }

    private byte take() {
        byte b = chunks.getFirst()[position];
        advance(1);
        return b;
    }

    private void advance(int count) {
        position += count;
        if (position == chunks.getFirst().length) {
            chunks.removeFirst();
            position = 0;
        }
    }
}
