package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;

/** What a peer of the DHT is to do. */
sealed interface Output {

    /** Send a request to a peer, connected or not; exactly one of Answered and Failed with this id follows. */
    record Ask(long id, PeerId to, Message request) implements Output {}

    record Reply(long id, Message answer) implements Output {}

    /** Reset the stream of a request. */
    record Refuse(long id) implements Output {}

    /**
     * A query is over.
     *
     * @param id as in {@link Input.Start}
     */
    record Done(long id, Result result) implements Output {}

    /**
     * There are too many queries.
     *
     * @param id as in {@link Input.Start}
     */
    record Busy(long id) implements Output {}
}
