package dev.grapevine.libp2p.yamux;

/**
 * Limits and times of one connection.
 *
 * @param maxInboundStreams streams that the peer may have open; a further one is reset
 * @param maxOutboundStreams streams that this host may have open; a further one fails
 * @param windowBytes what the peer may send on a stream before this host has read it, at least {@link #INITIAL_WINDOW_BYTES}
 * @param maxUnreadBytes what may wait on all streams together for being read; the stream that goes beyond is reset
 * @param maxUnsentStreamBytes what may wait on a stream for the peer's window; the stream is reset beyond
 * @param maxInFlightBytes what is handed to the layer beneath before it says that it has sent it
 * @param keepAliveMillis silence after which the peer is pinged
 * @param pingTimeoutMillis silence after a ping that ends the connection
 * @param goAwayMillis how long streams may go on after the peer said that it goes away
 */
public record YamuxConfig(
        int maxInboundStreams,
        int maxOutboundStreams,
        int windowBytes,
        int maxUnreadBytes,
        int maxUnsentStreamBytes,
        int maxInFlightBytes,
        long keepAliveMillis,
        long pingTimeoutMillis,
        long goAwayMillis) {

    /** The window with which every stream begins (specification yamux, section Flow Control). */
    public static final int INITIAL_WINDOW_BYTES = 256 * 1024;

    /** Bytes of a data frame that is sent, so that streams take turns. */
    static final int MAX_SENT_DATA_BYTES = 32 * 1024;

    /** What may wait in answers to the peer's frames, beyond {@link #maxInFlightBytes}, before it has not read for too long. */
    static final int MAX_CONTROL_BYTES = 128 * 1024;

    /** Streams opened that the peer has not accepted yet (specification yamux, section ACK backlog & backpressure). */
    static final int MAX_ACK_BACKLOG = 256;

    public YamuxConfig {
        if (maxInboundStreams < 1
                || maxOutboundStreams < 1
                || maxUnreadBytes < 1
                || maxUnsentStreamBytes < 1
                || maxInFlightBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (windowBytes < INITIAL_WINDOW_BYTES) {
            throw new IllegalArgumentException("a window has at least " + INITIAL_WINDOW_BYTES + " bytes");
        }
        if (keepAliveMillis < 1 || pingTimeoutMillis < 1 || goAwayMillis < 1) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** Streams and memory as QUIC has them here; the times are those of other implementations. */
    public static YamuxConfig defaults() {
        return new YamuxConfig(256, 256, 1 << 20, 15 << 20, 32 << 20, 512 << 10, 30_000, 20_000, 10_000);
    }
}
