package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.swarm.ResourceLimits;
import java.time.Duration;

/**
 * What may be set about the transport; the rest are the constants here.
 *
 * @param handshakeTimeout how long connecting and the handshakes of security and multiplexing may take together
 * @param handshakes which inbound handshakes are taken; TCP itself proves that a dialler receives at its address
 */
public record TcpSettings(Duration handshakeTimeout, ResourceLimits.Handshakes handshakes) {

    /** What fits a node; the same as for QUIC. */
    public static final TcpSettings DEFAULT =
            new TcpSettings(Duration.ofSeconds(5), ResourceLimits.Handshakes.defaults());

    /** Connections that the system may have accepted before this host has. */
    static final int BACKLOG = 128;

    public TcpSettings {
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException("the time must be positive");
        }
    }

    /** The same with other limits of handshakes. */
    public TcpSettings withHandshakes(ResourceLimits.Handshakes limits) {
        return new TcpSettings(handshakeTimeout, limits);
    }
}
