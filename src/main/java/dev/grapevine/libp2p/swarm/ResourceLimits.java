package dev.grapevine.libp2p.swarm;

/**
 * How much of this host others may use: connections, streams, memory, handshakes. What is beyond is refused and counted by
 * its {@link Refusal}.
 *
 * <p>Limits by address or network hold for public IP addresses alone: behind private ones are a compose network, a laboratory
 * or a company, and behind the loopback a demo, whose nodes are many and all welcome. What a peer may send before it is read
 * is bounded by flow control, per stream and connection, in the transports.
 *
 * @param maxConnections open connections, inbound and dialled; a further inbound one is closed, a further dial put off
 * @param maxConnectionsPerPeer with one peer at a time; beyond it the oldest that is not in use is closed
 * @param maxConnectionsPerAddress inbound ones from one public IPv4 address, or one IPv6 /64, which is what one customer has
 * @param maxConnectionsPerNetwork inbound ones from one public IPv4 /24, or one IPv6 /48: what one small provider has
 * @param maxPendingNegotiations streams of one connection, for each direction, whose protocol is not agreed on yet; a
 *     further one is reset
 * @param maxInboundStreams open inbound streams of one connection; a further one is reset
 * @param maxInboundStreamsPerProtocol those of one protocol
 * @param maxUnsentBytesPerPeer what may wait for one peer's flow control; the stream that would exceed it is reset
 * @param maxUnsentBytes the same for all peers together
 * @param handshakes inbound handshakes
 */
public record ResourceLimits(
        int maxConnections,
        int maxConnectionsPerPeer,
        int maxConnectionsPerAddress,
        int maxConnectionsPerNetwork,
        int maxPendingNegotiations,
        int maxInboundStreams,
        int maxInboundStreamsPerProtocol,
        long maxUnsentBytesPerPeer,
        long maxUnsentBytes,
        Handshakes handshakes) {

    /** Streams of a connection that a transport lets a peer have open; the default of {@code maxInboundStreams}. */
    public static final int MAX_STREAMS = 256;

    private static final int MIB = 1024 * 1024;

    public ResourceLimits {
        if (maxConnections < 1
                || maxConnectionsPerPeer < 1
                || maxConnectionsPerAddress < 1
                || maxConnectionsPerNetwork < 1
                || maxPendingNegotiations < 1
                || maxInboundStreams < 1
                || maxInboundStreamsPerProtocol < 1
                || maxUnsentBytesPerPeer < 1
                || maxUnsentBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /**
     * Inbound handshakes of one transport.
     *
     * @param proofFrom from so many unfinished ones on, a dialler must first show that it receives at its address (for QUIC by
     *     Retry, RFC 9000 §8.1.2); 0 asks always
     * @param max so many may be unfinished at once; further ones are not answered
     * @param burstPerAddress so many may come at once from one public IPv4 address or IPv6 /64
     * @param perSecondPerAddress so fast the burst comes back
     */
    public record Handshakes(int proofFrom, int max, int burstPerAddress, int perSecondPerAddress) {

        public Handshakes {
            if (proofFrom < 0 || max < 1 || burstPerAddress < 1 || perSecondPerAddress < 1) {
                throw new IllegalArgumentException("the numbers of handshakes must be positive");
            }
        }

        /**
         * A handshake costs some milliseconds of CPU: eight a second are a few percent of one. All nodes behind one NAT that
         * come back at once after an outage are within the burst.
         */
        public static Handshakes defaults() {
            return new Handshakes(32, 128, 64, 8);
        }
    }

    /**
     * Connections in all, and streams, as in design §8. One address may have a quarter of the connections, for a NAT with more
     * nodes behind it than that is rare, and one network half of them, so that no network alone keeps all others out.
     */
    public static ResourceLimits defaults() {
        return new ResourceLimits(128, 4, 32, 64, 64, MAX_STREAMS, 32, 32L * MIB, 64L * MIB, Handshakes.defaults());
    }

    /** The same with another number of connections in all. */
    public ResourceLimits withMaxConnections(int max) {
        return new ResourceLimits(
                max,
                maxConnectionsPerPeer,
                maxConnectionsPerAddress,
                maxConnectionsPerNetwork,
                maxPendingNegotiations,
                maxInboundStreams,
                maxInboundStreamsPerProtocol,
                maxUnsentBytesPerPeer,
                maxUnsentBytes,
                handshakes);
    }
}
