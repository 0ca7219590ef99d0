package dev.grapevine.libp2p.swarm;

/**
 * Limits and times of a swarm.
 *
 * @param maxConnections open connections, inbound and dialled; a further inbound one is closed, a further dial put off
 * @param maxPendingNegotiations streams of one connection, for each direction, whose protocol is not agreed on yet; a
 *     further one is reset
 * @param maxInboundStreamsPerProtocol open inbound streams of one protocol on one connection; a further one is reset
 * @param negotiationMillis how long opening a stream and agreeing on its protocol may take
 * @param dialMillis how long resolving a name, and dialling one address, may take
 * @param firstBackOffMillis after the first failure to reach a configured peer; doubles with each further one
 * @param maxBackOffMillis where the doubling ends
 */
public record SwarmConfig(
        int maxConnections,
        int maxPendingNegotiations,
        int maxInboundStreamsPerProtocol,
        long negotiationMillis,
        long dialMillis,
        long firstBackOffMillis,
        long maxBackOffMillis) {

    public SwarmConfig {
        if (maxConnections < 1 || maxPendingNegotiations < 1 || maxInboundStreamsPerProtocol < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (negotiationMillis < 1
                || dialMillis < 1
                || firstBackOffMillis < 1
                || maxBackOffMillis < firstBackOffMillis) {
            throw new IllegalArgumentException("times must be positive, and the longest back-off not below the first");
        }
    }

    /** Connections as in design §8; the other values leave room for a busy peer and little for a hostile one. */
    public static SwarmConfig defaults() {
        return new SwarmConfig(128, 64, 32, 10_000, 5_000, 500, 30_000);
    }

    SwarmConfig withMaxConnections(int max) {
        return new SwarmConfig(
                max,
                maxPendingNegotiations,
                maxInboundStreamsPerProtocol,
                negotiationMillis,
                dialMillis,
                firstBackOffMillis,
                maxBackOffMillis);
    }
}
