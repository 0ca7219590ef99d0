package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import java.util.List;
import java.util.stream.IntStream;

/** Keys and peer ids that are the same in every run. */
public final class TestPeers {

    private TestPeers() {}

    public static PrivateKey key(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        seed[1] = (byte) (number >> 8);
        return PrivateKey.ofSeed(seed);
    }

    public static PeerId id(int number) {
        return PeerId.of(key(number).publicKey());
    }

    /** Peer ids, the smallest first. */
    public static List<PeerId> sorted(int count) {
        return IntStream.range(0, count).mapToObj(TestPeers::id).sorted().toList();
    }
}
