package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.nio.ByteBuffer;

/** Peers with numbers. */
final class TestPeers {

    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/udp/4001/quic-v1");

    private TestPeers() {}

    /** The peer speaks what we prefer. */
    static Input.PeerAdded added(PeerId peer, boolean dialled) {
        return new Input.PeerAdded(peer, dialled, Version.V1_2, ADDRESS);
    }

    /** A peer id of its own for each number. */
    static PeerId peer(int number) {
        return PeerId.of(
                PublicKey.ed25519(ByteBuffer.allocate(32).putInt(number + 1).array()));
    }
}
