package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A swarm in a network in memory, for tests of the protocols above it. */
public final class TestHost {

    public final PeerId id;
    public final Multiaddr address;
    public final MemoryNetwork.MemoryTransport transport;
    public final DefaultSwarm swarm;

    public TestHost(int number, ManualEventLoop loop, MemoryNetwork network) {
        id = TestPeers.id(number);
        address = Multiaddr.parse("/ip4/10.0.0." + number + "/udp/4001/quic-v1");
        transport = network.transport(id);
        swarm = new DefaultSwarm(
                id,
                loop,
                List.of(transport),
                SwarmConfig.defaults(),
                name -> CompletableFuture.failedFuture(new UnknownHostException(name)),
                new SplittableRandom(number),
                loop::nanoTime);
        swarm.listen(address);
    }

    /** Gathers what arrives on a stream, its end as a full stop and its reset as an exclamation mark. */
    public static ByteStream.Receiver collect(StringBuilder text) {
        return new ByteStream.Receiver() {
            @Override
            public void data(byte[] bytes) {
                text.append(new String(bytes, StandardCharsets.ISO_8859_1));
            }

            @Override
            public void end() {
                text.append('.');
            }

            @Override
            public void reset() {
                text.append('!');
            }
        };
    }
}
