package dev.grapevine.libp2p.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived on a stream and waits for its receiver: handed over in order, while it reads, and never from within a
 * call of it. Whoever fills it bounds it. Lives on the event loop.
 */
public final class Inbox {

    private final IntConsumer onTaken;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private ByteStream.@Nullable Receiver receiver;
    private boolean reading = true;
    private boolean delivering;
    private boolean ended;
    private boolean wasReset;

    /** Whether the receiver has heard the last, or shall hear nothing more. */
    private boolean silent;

    /** @param onTaken is told how many bytes the receiver was handed, each time */
    public Inbox(IntConsumer onTaken) {
        this.onTaken = onTaken;
    }

    /** Takes bytes, at least one. */
    public void data(byte[] bytes) {
        if (!silent && !wasReset) {
            waiting.add(bytes);
            deliver();
        }
    }

    /** Nothing more will arrive. */
    public void end() {
        ended = true;
        deliver();
    }

    /** The stream was given up; what waits is dropped. */
    public void reset() {
        wasReset = true;
        waiting.clear();
        deliver();
    }

    /** Drops what waits; the receiver hears nothing more. */
    public void silence() {
        silent = true;
        waiting.clear();
    }

    /** As {@link ByteStream#receive}. */
    public void receive(ByteStream.Receiver next) {
        receiver = next;
        deliver();
    }

    /** As {@link ByteStream#setReading}. */
    public void setReading(boolean on) {
        reading = on;
        deliver();
    }

    /** Whether more may come: somebody receives, and reads. */
    public boolean isReading() {
        return reading && receiver != null;
    }

    private void deliver() {
        if (delivering || receiver == null) {
            return;
        }
        delivering = true;
        try {
            while (reading && !silent && !waiting.isEmpty()) {
                byte[] bytes = waiting.removeFirst();
                int length = bytes.length;
                receiver.data(bytes);
                onTaken.accept(length);
            }
            if (wasReset && !silent) {
                silent = true;
                receiver.reset();
            } else if (ended && reading && !silent) {
                silent = true;
                receiver.end();
            }
        } finally {
            delivering = false;
        }
    }
}
