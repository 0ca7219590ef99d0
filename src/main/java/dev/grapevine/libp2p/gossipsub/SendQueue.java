package dev.grapevine.libp2p.gossipsub;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait to be sent to one peer, bounded in bytes. Where a frame does not fit, gossip gives way first, the
 * oldest foremost, and then the oldest messages: gossip and catch-up bring back what was dropped. Announcements, GRAFT
 * and PRUNE never give way; a peer for which these alone are too much is not reading, and its stream is given up.
 */
final class SendQueue {

    private final int maxBytes;
    private final Counters counters;
    private final Deque<byte[]> control = new ArrayDeque<>();
    private final Deque<byte[]> messages = new ArrayDeque<>();
    private final Deque<byte[]> gossip = new ArrayDeque<>();
    private long bytes;

    /** What a frame is good for: the order in which frames are sent, and the reverse of that in which they give way. */
    enum Kind {
        CONTROL,
        MESSAGE,
        GOSSIP
    }

    SendQueue(int maxBytes, Counters counters) {
        this.maxBytes = maxBytes;
        this.counters = counters;
    }

    /** @return false where only giving up the stream is left: the queue is full of what must not be dropped */
    boolean add(Kind kind, byte[] frame) {
        Deque<byte[]> queue = switch (kind) {
            case CONTROL -> control;
            case MESSAGE -> messages;
            case GOSSIP -> gossip;
        };
        queue.add(frame);
        bytes += frame.length;
        while (bytes > maxBytes && !gossip.isEmpty()) {
            drop(gossip);
        }
        while (bytes > maxBytes && !messages.isEmpty()) {
            drop(messages);
        }
        return bytes <= maxBytes;
    }

    /** Takes out what is to be sent next. */
    byte @Nullable [] poll() {
        byte[] next = control.poll();
        if (next == null) {
            next = messages.poll();
        }
        if (next == null) {
            next = gossip.poll();
        }
        if (next != null) {
            bytes -= next.length;
        }
        return next;
    }

    /** Drops everything: what it was meant for is no more. */
    void clear() {
        counters.framesDropped += control.size() + messages.size() + gossip.size();
        control.clear();
        messages.clear();
        gossip.clear();
        bytes = 0;
    }

    long bytes() {
        return bytes;
    }

    /** Whether no more than half of what may wait here does. */
    boolean hasRoom() {
        return bytes <= maxBytes / 2;
    }

    private void drop(Deque<byte[]> queue) {
        bytes -= queue.remove().length;
        counters.framesDropped++;
    }
}
