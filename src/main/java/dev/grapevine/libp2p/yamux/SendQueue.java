package dev.grapevine.libp2p.yamux;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Bytes of one stream that wait to be sent, in the order in which they were written. */
final class SendQueue {

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int headSent;
    private long size;

    void add(byte[] bytes) {
        if (bytes.length > 0) {
            waiting.add(bytes);
            size += bytes.length;
        }
    }

    /** Bytes that wait. */
    long size() {
        return size;
    }

    /** Takes at most so many bytes, at least one, out of a queue that is not empty. */
    byte[] take(int max) {
        byte[] head = waiting.getFirst();
        int end = Math.min(head.length, headSent + max);
        byte[] taken = headSent == 0 && end == head.length ? head : Arrays.copyOfRange(head, headSent, end);
        if (end == head.length) {
            waiting.removeFirst();
            headSent = 0;
        } else {
            headSent = end;
        }
        size -= taken.length;
        return taken;
    }
}
