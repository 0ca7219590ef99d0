package dev.grapevine.libp2p.swarm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** One end of a stream in memory, with a flow-control window; every byte array takes one turn of the event loop. */
public final class MemoryStream implements ByteStream {

    /** What a peer that does not read lets through before writes wait. */
    public static final int WINDOW_BYTES = 64 * 1024;

    private final Executor loop;
    private MemoryStream other;
    private final Deque<Write> inbox = new ArrayDeque<>();
    private int inboxBytes;
    private Receiver receiver;
    private boolean reading = true;
    private boolean writeClosed;
    private boolean endArrived;
    private boolean over;
    private boolean told;
    private boolean resetArrived;
    private boolean cut;
    private long carriedBytes;

    private record Write(byte[] bytes, CompletableFuture<Void> done) {}

    private MemoryStream(Executor loop) {
        this.loop = loop;
    }

    /** Two ends. */
    public record Pair(MemoryStream left, MemoryStream right) {}

    public static Pair pair(Executor loop) {
        MemoryStream left = new MemoryStream(loop);
        MemoryStream right = new MemoryStream(loop);
        left.other = right;
        right.other = left;
        return new Pair(left, right);
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        if (over || writeClosed) {
            return CompletableFuture.failedFuture(new IOException("the stream is closed"));
        }
        Write write = new Write(bytes.clone(), new CompletableFuture<>());
        carriedBytes += bytes.length;
        if (cut) {
            return write.done;
        }
        other.inbox.add(write);
        other.inboxBytes += bytes.length;
        if (other.inboxBytes <= WINDOW_BYTES) {
            loop.execute(() -> write.done.complete(null));
        }
        other.wake();
        return write.done;
    }

    @Override
    public void closeWrite() {
        if (!writeClosed && !over) {
            writeClosed = true;
            if (!cut) {
                other.endArrived = true;
                other.wake();
            }
        }
    }

    @Override
    public void reset() {
        if (!over) {
            drop();
            if (!cut) {
                other.resetArrived = true;
                other.drop();
                other.wake();
            }
        }
    }

    @Override
    public void receive(Receiver next) {
        receiver = next;
        wake();
    }

    @Override
    public void setReading(boolean on) {
        reading = on;
        wake();
    }

    @Override
    public long carriedBytes() {
        return carriedBytes;
    }

    /** Whether neither end can use the stream any more. */
    public boolean isOver() {
        return over || (told && writeClosed);
    }

    /** Nothing passes any more, and neither end hears of it. */
    void cut() {
        cut = true;
        other.cut = true;
    }

    /** The connection has ended: this end hears of it, the other end of its own connection's. */
    void abort() {
        if (!over) {
            drop();
            resetArrived = true;
            wake();
        }
    }

    private void drop() {
        over = true;
        List<Write> lost = List.copyOf(inbox);
        inbox.clear();
        lost.forEach(write -> write.done.completeExceptionally(new IOException("the stream was reset")));
    }

    private void wake() {
        loop.execute(this::deliver);
    }

    private void deliver() {
        if (receiver == null || told) {
            return;
        }
        if (resetArrived) {
            told = true;
            receiver.reset();
        } else if (!over && reading) {
            Write write = inbox.poll();
            if (write != null) {
                inboxBytes -= write.bytes.length;
                carriedBytes += write.bytes.length;
                write.done.complete(null);
                receiver.data(write.bytes);
                wake();
            } else if (endArrived) {
                told = true;
                receiver.end();
            }
        }
    }
}
