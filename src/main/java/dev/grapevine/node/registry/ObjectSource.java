package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.Hash;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Gets objects from other nodes by their digests: a port that the network module implements. */
public interface ObjectSource {

    /**
     * Asks connected peers, one after the other; takes seconds at the most.
     *
     * @param likely the peer to be asked first, if it is connected
     * @return bytes that have the digest, whatever else they are; empty if no peer has sent any. Fails with
     *     {@link OverloadedException} if too many are being fetched.
     */
    Mono<byte[]> fetch(Hash digest, Optional<PeerId> likely);
}
