package dev.grapevine.node.network;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one line what to do when the node cannot listen for peers. */
final class NetworkFailureAnalyzer extends AbstractFailureAnalyzer<NetworkStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NetworkStartException cause) {
        return new FailureAnalysis(
                "The node cannot listen for peers: " + cause.getMessage(),
                "Free the port, or choose another with grapevine.p2p.listen (GRAPEVINE_P2P_LISTEN),"
                        + " such as /ip4/0.0.0.0/udp/4002/quic-v1.",
                cause);
    }
}
