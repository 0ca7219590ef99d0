package dev.grapevine.libp2p.yamux;

import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Inbox;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A stream of a yamux connection, as protocols see it. The state bounds what waits in it, in both directions. */
final class YamuxByteStream implements ByteStream {

    private static final class Write {
        final CompletableFuture<Void> result = new CompletableFuture<>();
        int left;

        Write(int left) {
            this.left = left;
        }
    }

    private final int id;
    private final Consumer<Input> state;
    private final Inbox inbox;
    private final Queue<Write> writes = new ArrayDeque<>();
    private boolean writeEnded;
    private boolean gone;
    private long carriedBytes;

    /** @param state takes what happens on the stream */
    YamuxByteStream(int id, Consumer<Input> state) {
        this.id = id;
        this.state = state;
        this.inbox = new Inbox(bytes -> state.accept(new Input.Taken(id, bytes)));
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        if (writeEnded || gone) {
            return CompletableFuture.failedFuture(new IOException("the stream takes no more bytes"));
        }
        if (bytes.length == 0) {
            return CompletableFuture.completedFuture(null);
        }
        carriedBytes += bytes.length;
        Write write = new Write(bytes.length);
        writes.add(write);
        state.accept(new Input.Write(id, bytes));
        return write.result;
    }

    @Override
    public void closeWrite() {
        if (!writeEnded && !gone) {
            writeEnded = true;
            state.accept(new Input.CloseWrite(id));
        }
    }

    @Override
    public void reset() {
        if (!gone) {
            inbox.silence();
            state.accept(new Input.Reset(id));
            over("the stream was reset");
        }
    }

    @Override
    public void receive(Receiver receiver) {
        inbox.receive(receiver);
    }

    @Override
    public void setReading(boolean reading) {
        inbox.setReading(reading);
    }

    @Override
    public long carriedBytes() {
        return carriedBytes;
    }

    void data(byte[] bytes) {
        carriedBytes += bytes.length;
        inbox.data(bytes);
    }

    void end() {
        inbox.end();
    }

    /** The peer, or the connection's end, has given the stream up. */
    void wasReset(String reason) {
        over(reason);
        inbox.reset();
    }

    /** Nothing more can be written. */
    private void over(String reason) {
        gone = true;
        IOException failure = new IOException(reason);
        for (Write write = writes.poll(); write != null; write = writes.poll()) {
            write.result.completeExceptionally(failure);
        }
    }

    /** Notes that bytes have passed, and hands on each write that has passed whole. */
    void passed(int bytes, Consumer<CompletableFuture<Void>> onWritten) {
        int left = bytes;
        while (left > 0 && !writes.isEmpty()) {
            Write write = writes.element();
            int passed = Math.min(left, write.left);
            write.left -= passed;
            left -= passed;
            if (write.left == 0) {
                writes.remove();
                onWritten.accept(write.result);
            }
        }
    }
}
