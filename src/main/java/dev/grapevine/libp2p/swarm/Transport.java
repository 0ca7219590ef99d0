package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A way to reach peers. Every method is called, and every callback is made, on the host's event loop. */
public interface Transport {

    /** Whether this transport can dial the address, a trailing {@code /p2p} left aside. */
    boolean canDial(Multiaddr address);

    /** Whether this transport can listen at the address. */
    boolean canListen(Multiaddr address);

    /**
     * Starts to listen.
     *
     * @param address where; port 0 lets the system choose
     * @param onConnection is handed every inbound connection once its peer is authenticated
     * @return the addresses really bound; fails with {@link java.io.IOException} naming the address
     */
    CompletionStage<List<Multiaddr>> listen(Multiaddr address, Consumer<Connection> onConnection);

    /**
     * Dials one address.
     *
     * @param expected the peer that must answer; {@code null} accepts whoever does (trust on first use)
     * @return the connection; fails with {@link java.io.IOException} that says whether nobody answered, the wrong peer
     *     did, or the handshake failed
     */
    CompletionStage<Connection> dial(Multiaddr address, @Nullable PeerId expected);

    /** Handshakes that were turned away so far, by reason. */
    default Map<Refusal, Long> refused() {
        return Map.of();
    }

    /** Closes every listener and connection. */
    CompletionStage<Void> close();
}
