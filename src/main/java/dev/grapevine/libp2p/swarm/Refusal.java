package dev.grapevine.libp2p.swarm;

import java.util.Locale;

/** Why a connection, a handshake, a stream or bytes were turned away. */
public enum Refusal {
    /** Too many connections in all. */
    CONNECTION_LIMIT,
    /** Too many connections that came from one address or network. */
    PREFIX_LIMIT,
    /** The peer has a better connection, or has started anew. */
    SURPLUS_CONNECTION,
    /** Too many handshakes were unfinished. */
    HANDSHAKE_LIMIT,
    /** Too many handshakes came from one address in a short time. */
    HANDSHAKE_RATE,
    /** Too many streams of a connection, all or those of one protocol, or waiting for a protocol. */
    STREAM_LIMIT,
    /** No protocol was agreed on for a stream. */
    NEGOTIATION,
    /** Too many bytes waited to be sent, to one peer or to all. */
    MEMORY_LIMIT;

    /** Its name in metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
