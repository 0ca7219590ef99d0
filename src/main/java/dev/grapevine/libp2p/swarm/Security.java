package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A way to secure a stream. Every method is called, and every stage completes, on the host's event loop. */
public interface Security {

    /** The protocol id that it is negotiated by. */
    String protocol();

    /**
     * Does the handshake. Takes as long as the peer lets it; whoever calls resets the stream when that is too long.
     *
     * @param raw both sides have agreed to secure it by this protocol
     * @param dialled whether this host speaks first
     * @param expected the only peer that is welcome; {@code null} for any
     * @return fails with {@link java.io.IOException}; the stream is then to be reset
     */
    CompletionStage<SecuredStream> secure(ByteStream raw, boolean dialled, @Nullable PeerId expected);
}
