package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import java.util.List;

/** What a {@link GossipsubState} wants done. */
sealed interface Output {

    /** Send announcements and control; the records of peers that are offered are to be added. */
    record SendControl(PeerId to, Rpc rpc) implements Output {}

    /** Connect to these peers, which another one has offered, where their records prove to be theirs. */
    record Connect(List<PeerInfo> peers) implements Output {}

    /** Send one message to each of the peers. */
    record SendMessage(List<PeerId> to, Message message) implements Output {}

    /** Verify the signature, and answer with {@link Input.Verified}. */
    record Verify(MessageId id, PeerId source, Message message) implements Output {}

    /** Ask the topic's handler, and answer with {@link Input.Judged}. */
    record Deliver(MessageId id, PubsubMessage message) implements Output {}

    /** An own message has gone to these peers. */
    record Published(MessageId id, List<PeerId> peers) implements Output {}
}
