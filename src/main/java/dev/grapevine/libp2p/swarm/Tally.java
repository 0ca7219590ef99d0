package dev.grapevine.libp2p.swarm;

/** Counts for {@link SwarmCounters}; lives on the event loop. */
final class Tally {

    long refusedConnections;
    long surplusConnections;
    long refusedStreams;
    long failedNegotiations;
    long failedDials;

    SwarmCounters snapshot(int connections) {
        return new SwarmCounters(
                connections, refusedConnections, surplusConnections, refusedStreams, failedNegotiations, failedDials);
    }
}
