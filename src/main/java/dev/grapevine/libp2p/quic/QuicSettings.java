package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.swarm.ResourceLimits;
import java.time.Duration;

/**
 * What may be set about the transport; the rest are the constants here.
 *
 * @param maxIdle a connection on which nothing was heard for so long has ended
 * @param dialTimeout how long one address may take to answer and to finish the handshake
 * @param handshakes which inbound handshakes are taken
 */
public record QuicSettings(Duration maxIdle, Duration dialTimeout, ResourceLimits.Handshakes handshakes) {

    /** What fits a node: the swarm's ping keeps quiet connections alive. */
    public static final QuicSettings DEFAULT =
            new QuicSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), ResourceLimits.Handshakes.defaults());

    /** Application protocol of libp2p (specification quic, section ALPN). */
    static final String ALPN = "libp2p";

    /** Streams that either side of a connection may have open towards the other, as {@link ResourceLimits} has them. */
    static final int MAX_STREAMS = ResourceLimits.MAX_STREAMS;

    /** What a peer may send on a connection before this host has read it: so much that a few slow streams leave room for the others. */
    static final int MAX_UNREAD_CONNECTION_BYTES = 8 * 1024 * 1024;

    /** What a peer may send on a stream before this host has read it, at the beginning; more where the host keeps reading at once. */
    static final int MAX_UNREAD_STREAM_BYTES = 2 * 1024 * 1024;

    /** What may wait on a stream for the peer's flow control; the stream is reset beyond. */
    static final int MAX_UNSENT_STREAM_BYTES = 32 * 1024 * 1024;

    /** Length of the connection ids that this host chooses. */
    static final int CONNECTION_ID_BYTES = 16;

    /** Connection ids of a peer that this host keeps: the least that there may be (RFC 9000 §18.2), for connections do not migrate. */
    static final int ACTIVE_CONNECTION_IDS = 2;

    /** Buffers asked of the system for each socket; smaller ones lose packets under load. */
    static final int SOCKET_BUFFER_BYTES = 2 * 1024 * 1024;

    /** How long a peer may keep an acknowledgement back (25 ms, RFC 9000 §18.2), with something to spare. */
    static final Duration PEERS_ACK_DELAY = Duration.ofMillis(30);

    /** How long a connection may take to close at most. */
    static final Duration MAX_CLOSE_DELAY = Duration.ofSeconds(1);

    public QuicSettings {
        if (maxIdle.isNegative() || maxIdle.isZero() || dialTimeout.isNegative() || dialTimeout.isZero()) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }

    /** The same, but taking other handshakes. */
    public QuicSettings withHandshakes(ResourceLimits.Handshakes other) {
        return new QuicSettings(maxIdle, dialTimeout, other);
    }
}
