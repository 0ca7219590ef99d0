package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.multiformats.Multiaddr;

/** What happens to a {@link GossipsubState}. */
sealed interface Input {

    /**
     * A peer that speaks gossipsub is connected; said again, another connection or stream to it counts.
     *
     * @param dialled whether this host dialled the peer
     * @param address the peer's end of the connection
     */
    record PeerAdded(PeerId peer, boolean dialled, Version version, Multiaddr address) implements Input {}

    /** The peer is gone. */
    record PeerRemoved(PeerId peer) implements Input {}

    /** The stream to the peer had to be opened anew: whatever was on the old one may be lost. */
    record StreamReopened(PeerId peer) implements Input {}

    /** A frame came from the peer. */
    record Received(PeerId peer, Rpc rpc) implements Input {}

    /** The answer to {@link Output.Verify}. */
    record Verified(MessageId id, PeerId source, boolean valid) implements Input {}

    /** The answer to {@link Output.Deliver}. */
    record Judged(MessageId id, Verdict verdict) implements Input {}

    /** The application joins a topic. */
    record Subscribe(String topic) implements Input {}

    /** The application leaves a topic. */
    record Unsubscribe(String topic) implements Input {}

    /** The application publishes; the message is signed. */
    record Publish(Message message) implements Input {}

    /** The application has an opinion of a peer. */
    record Rated(PeerId peer, double value) implements Input {}

    /** {@link GossipsubConfig.Timing#heartbeat()} has passed. */
    record Heartbeat() implements Input {}
}
