package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of frames, each behind its length as an unsigned varint: how libp2p protocols put protobuf messages on a
 * stream. A frame that is too long or malformed, or that the receiver finds malformed, resets the stream. Lives on the
 * event loop, as streams do.
 */
public final class FrameStream {

    private final Stream stream;
    private final int maxFrameBytes;
    private final FrameReader frames;
    private @Nullable Receiver receiver;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean reading = true;
    private boolean delivering;
    private boolean ended;
    private boolean over;

    /** What arrives: frames, then one of end and reset. */
    public interface Receiver {

        /**
         * One frame, without its length.
         *
         * @param frame may be empty; the receiver owns the array
         * @throws MalformedException resets the stream
         */
        void frame(byte[] frame);

        /**
         * The peer will send no more frames.
         *
         * @throws MalformedException resets the stream
         */
        void end();

        /** The stream is of no use any more, given up by the peer, the transport, or for what the peer sent. */
        void reset();
    }

    /** @param maxFrameBytes the longest frame to take or to send, its length prefix not counted */
    public FrameStream(Stream stream, int maxFrameBytes) {
        this.stream = stream;
        this.maxFrameBytes = maxFrameBytes;
        this.frames = new FrameReader(maxFrameBytes);
    }

    /** The stream that carries the frames. */
    public Stream stream() {
        return stream;
    }

    /** The peer at the other end. */
    public PeerId peer() {
        return stream.peer();
    }

    /**
     * Sends one frame.
     *
     * @return completes when the frame has passed the stream's flow control; fails with {@link java.io.IOException}
     *     once the stream is closed or reset
     * @throws IllegalArgumentException where the frame is longer than the limit
     */
    public CompletionStage<Void> send(byte[] frame) {
        if (frame.length > maxFrameBytes) {
            throw new IllegalArgumentException("a frame of " + frame.length + " bytes, above " + maxFrameBytes);
        }
        ByteBuffer bytes = ByteBuffer.allocate(Varint.size(frame.length) + frame.length);
        Varint.write(frame.length, bytes);
        bytes.put(frame);
        return stream.bytes().write(bytes.array());
    }

    /** Sets who receives from now on; what arrived earlier is kept and delivered first. */
    public void receive(Receiver next) {
        boolean first = receiver == null;
        receiver = next;
        if (first) {
            stream.bytes().receive(new Incoming());
        }
        deliver();
    }

    /**
     * As {@link #receive(Receiver)}, for so long: a stream that the peer has not ended until then is reset, of which the
     * receiver hears.
     */
    public void receive(Receiver next, ScheduledExecutorService eventLoop, long millis) {
        deadline = eventLoop.schedule(this::timeUp, millis, TimeUnit.MILLISECONDS);
        receive(next);
    }

    private void timeUp() {
        reset();
        receiver().reset();
    }

    /** Stops or resumes delivery, from inside a callback too; while stopped, flow control holds the peer back. */
    public void setReading(boolean on) {
        reading = on;
        stream.bytes().setReading(on);
        deliver();
    }

    /** Says that no more frames will be sent; those sent are still delivered. */
    public void closeWrite() {
        stream.bytes().closeWrite();
    }

    /** Gives up both directions at once; the receiver hears no more. */
    public void reset() {
        finish();
        stream.bytes().reset();
    }

    private void finish() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void deliver() {
        if (delivering || receiver == null) {
            return;
        }
        delivering = true;
        try {
            while (reading && !over) {
                byte[] frame = frames.next();
                if (frame == null) {
                    break;
                }
                receiver().frame(frame);
            }
            if (ended && reading && !over) {
                if (frames.isInsideFrame()) {
                    throw new MalformedException("the stream ends inside a frame");
                }
                receiver().end();
                finish();
            }
        } catch (MalformedException malformed) {
            if (!over) {
                reset();
                receiver().reset();
            }
        } finally {
            delivering = false;
        }
    }

    private Receiver receiver() {
        return Objects.requireNonNull(receiver, "there is a receiver");
    }

    private final class Incoming implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {
            if (!over) {
                frames.add(bytes);
                deliver();
            }
        }

        @Override
        public void end() {
            ended = true;
            deliver();
        }

        @Override
        public void reset() {
            if (!over && receiver != null) {
                finish();
                receiver.reset();
            }
        }
    }
}
