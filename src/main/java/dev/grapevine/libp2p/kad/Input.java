package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import java.util.Optional;

/** What happens to a peer of the DHT. */
sealed interface Input {

    /** @param network what a small provider has of the internet, from which the peer comes; empty where it is not in there */
    record Connected(PeerId peer, Optional<String> network) implements Input {}

    record Disconnected(PeerId peer) implements Input {}

    /**
     * A peer has said what it speaks.
     *
     * @param server whether it serves this DHT
     */
    record Identified(PeerId peer, boolean server) implements Input {}

    /** A peer asks; Reply or Refuse with the same id follows, or nothing where the protocol has no answer. */
    record Requested(long id, PeerId from, Message request) implements Input {}

    /** The peer of {@link Output.Ask} has answered, or has been sent what needs no answer. */
    record Answered(long id, Message answer) implements Input {}

    /** The peer of {@link Output.Ask} cannot be reached, or has not answered in time. */
    record Failed(long id) implements Input {}

    /**
     * Somebody here wants something; {@link Output.Done} with the same id follows.
     *
     * @param id positive
     */
    record Start(long id, Goal goal) implements Input {}

    /** What was put or provided under a key is not put again; elsewhere it stays until it expires. */
    record Withdraw(Bytes key) implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}
}
