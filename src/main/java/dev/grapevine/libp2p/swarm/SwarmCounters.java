package dev.grapevine.libp2p.swarm;

/**
 * What a swarm holds, and has turned away since it started.
 *
 * @param connections open now
 * @param refusedConnections inbound ones closed at the limit
 * @param surplusConnections closed because the peer had a better one, or has started anew
 * @param refusedStreams reset at a limit for streams
 * @param failedNegotiations inbound streams on which no protocol was agreed
 * @param failedDials rounds through all addresses of a configured peer without success
 */
public record SwarmCounters(
        int connections,
        long refusedConnections,
        long surplusConnections,
        long refusedStreams,
        long failedNegotiations,
        long failedDials) {}
