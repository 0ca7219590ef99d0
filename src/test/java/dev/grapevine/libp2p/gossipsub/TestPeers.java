package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.nio.ByteBuffer;

/** Peers with numbers. */
final class TestPeers {

    private TestPeers() {}

    /** A peer id of its own for each number. */
    static PeerId peer(int number) {
        return PeerId.of(
                PublicKey.ed25519(ByteBuffer.allocate(32).putInt(number + 1).array()));
    }
}
