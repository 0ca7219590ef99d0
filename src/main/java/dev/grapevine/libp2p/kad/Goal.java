package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;

/** What a query is for. */
sealed interface Goal {

    /** The key that it leads to. */
    Bytes key();

    /** What is asked on the way. */
    default Message request() {
        return Message.ask(MessageType.FIND_NODE, key());
    }

    /** The peers closest to a key. */
    record Closest(Bytes key) implements Goal {}

    /** One peer; over as soon as it has answered itself. */
    record FindPeer(PeerId peer) implements Goal {

        @Override
        public Bytes key() {
            return new Bytes(peer.bytes());
        }
    }

    /**
     * The best value of a key.
     *
     * @param quorum over as soon as so many peers have given one; 0 for as many as there are
     */
    record GetValue(Bytes key, int quorum) implements Goal {

        @Override
        public Message request() {
            return Message.ask(MessageType.GET_VALUE, key);
        }
    }

    /** Have a value kept by the peers closest to its key. */
    record PutValue(Bytes key, Bytes value) implements Goal {}

    /**
     * Who provides something.
     *
     * @param count over as soon as so many are found
     */
    record FindProviders(Bytes key, int count) implements Goal {

        @Override
        public Message request() {
            return Message.ask(MessageType.GET_PROVIDERS, key);
        }
    }

    /** Have it known that this peer provides something. */
    record Provide(Bytes key) implements Goal {}
}
