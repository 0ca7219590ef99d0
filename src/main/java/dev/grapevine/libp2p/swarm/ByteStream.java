package dev.grapevine.libp2p.swarm;

import java.util.concurrent.CompletionStage;

/**
 * One bidirectional stream of a connection. Every method is called, and every callback is made, on the host's event
 * loop.
 */
public interface ByteStream {

    /**
     * Sends bytes.
     *
     * @return completes when the bytes have passed the stream's flow control, so that a sender can bound what it has
     *     under way; fails with {@link java.io.IOException} once the stream is closed or reset
     */
    CompletionStage<Void> write(byte[] bytes);

    /** Says that nothing more will be written; what was written is still delivered. */
    void closeWrite();

    /** Gives up both directions at once. */
    void reset();

    /** Sets who receives from now on; what arrived earlier is kept (flow control bounds it) and delivered first. */
    void receive(Receiver receiver);

    /** Stops or resumes delivery; while stopped, flow control holds the peer back. */
    void setReading(boolean reading);

    /** How many bytes it has carried so far, in both directions, those of the negotiation included. */
    long carriedBytes();

    /** What arrives on a stream: data, then one of end and reset. */
    interface Receiver {

        /** @param bytes at least one byte; the receiver owns the array */
        void data(byte[] bytes);

        /** The peer will write nothing more. */
        void end();

        /** The peer, the transport or the connection's end gave the stream up. */
        void reset();
    }
}
