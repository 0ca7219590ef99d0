package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;

/**
 * This running instance among its peers.
 *
 * @param key proves the peer id to other peers
 */
public record NodeIdentity(PrivateKey key) {

    public PeerId peerId() {
        return PeerId.of(key.publicKey());
    }
}
