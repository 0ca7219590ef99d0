package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** What a protocol sees of the network. Every method is called, and every callback is made, on the event loop. */
public interface Swarm {

    /** This host's own id. */
    PeerId localPeer();

    /** The host's one serial executor. */
    ScheduledExecutorService eventLoop();

    /** Speaks a protocol from now on: inbound streams that agree on it go to the handler. */
    void handle(String protocolId, Consumer<Stream> onInbound);

    /**
     * Opens a stream to a connected peer.
     *
     * @param protocolIds in order of preference
     * @return the stream with the protocol agreed on; fails with {@link java.io.IOException} where the peer is not
     *     connected, speaks none of them (then it is an {@link UnsupportedProtocolException}), or does not answer in time
     */
    CompletionStage<Stream> open(PeerId peer, List<String> protocolIds);

    /**
     * Takes note of where a peer says that it is reached, and connects to it where it is not connected.
     *
     * @return the connection; fails with {@link java.io.IOException} where nobody answers, or there are connections enough
     */
    CompletionStage<Connection> connect(SignedPeerRecord record);

    /** What the peer has signed last. */
    Optional<SignedPeerRecord> record(PeerId peer);

    /** Tells of peers that come and go; a peer already connected is told at once. */
    void addListener(PeerListener listener);

    /**
     * Peers as they come and go; one that starts anew before the end of its connection was noticed has never gone. A stream
     * can be reset while its peer stays connected, for instance when one of two connections ends; whoever needs it opens it
     * again.
     */
    interface PeerListener {

        /** The first connection to the peer is up. */
        default void connected(PeerId peer) {}

        /** What the peer speaks is known (identify), or has changed (identify/push). */
        default void protocols(PeerId peer, Set<String> protocolIds) {}

        /** The last connection to the peer has ended. */
        default void disconnected(PeerId peer) {}
    }
}
