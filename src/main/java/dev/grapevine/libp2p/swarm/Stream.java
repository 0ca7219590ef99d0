package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;

/**
 * A stream whose protocol both sides have agreed on.
 *
 * @param protocol the protocol id agreed on
 * @param connection the connection that carries it
 * @param bytes the bytes after negotiation
 */
public record Stream(String protocol, Connection connection, ByteStream bytes) {

    /** The peer at the other end. */
    public PeerId peer() {
        return connection.peer();
    }
}
