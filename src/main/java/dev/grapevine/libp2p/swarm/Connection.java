package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A secured and multiplexed connection to one authenticated peer, as a transport hands it over. Every method is called,
 * and every callback is made, on the host's event loop.
 */
public interface Connection {

    /** The peer, proven by the handshake. */
    PeerId peer();

    /** This end's address, without {@code /p2p}. */
    Multiaddr localAddress();

    /** The other end's address as seen from here, without {@code /p2p}. */
    Multiaddr remoteAddress();

    /** Whether this host dialled; else the peer did. */
    boolean dialled();

    /** @return the new stream, not negotiated yet; fails with {@link java.io.IOException} where the limit is reached */
    CompletionStage<ByteStream> openStream();

    /** Sets who is handed the streams that the peer opens, those that came earlier first. Called once. */
    void acceptStreams(Consumer<ByteStream> onStream);

    /** Completes, never fails, when the connection has ended for whatever reason. */
    CompletionStage<Void> closed();

    /** Ends the connection and all its streams. */
    void close();
}
