package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Optional;

/**
 * A stream that nobody else reads or writes.
 *
 * @param bytes what is written to it is encrypted
 * @param peer who is at the other end, proven
 * @param muxer the protocol that multiplexes it, where both have agreed on one already (specification
 *     inlined-muxer-negotiation)
 */
public record SecuredStream(ByteStream bytes, PeerId peer, Optional<String> muxer) {}
