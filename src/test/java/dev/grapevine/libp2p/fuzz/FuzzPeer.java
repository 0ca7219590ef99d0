package dev.grapevine.libp2p.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.Stream;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A peer that has done its handshake and then speaks each protocol badly, on a stream for each attempt. */
final class FuzzPeer {

    /** One peer's; a host ends the connection of a peer with many more reset streams. */
    static final int MAX_STREAMS = 500;

    private static final int AT_ONCE = 20;
    private static final int MAX_BYTES = 2_048;
    private static final List<String> PROTOCOLS =
            List.of("/meshsub/1.2.0", "/meshsub/1.0.0", "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");

    /** Frames that are nearly right: a subscription; a graft and an IHAVE; what identify says of protocol and agent. */
    private static final List<byte[]> FRAMES = List.of(
            HexFormat.of().parseHex("0a0a0808011204746f7069"),
            HexFormat.of().parseHex("151a130a0b0a04746f706912030102031a040a02746f"),
            HexFormat.of().parseHex("0f2a05612f312e303206622f312e3034"));

    private final Multiaddr target;
    private final Mutations mutations;

    FuzzPeer(Multiaddr target, Mutations mutations) {
        this.target = target;
        this.mutations = mutations;
    }

    static Libp2pHost host() {
        return TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "fuzz/1"));
    }

    /** Sends so many streams, unless the target ends the connection before. @return how many it has sent */
    int send(int count) throws InterruptedException {
        Libp2pHost host = host();
        try {
            PeerId peer = connect(host);
            int sent = 0;
            boolean isOpen = true;
            while (sent < count && isOpen) {
                List<CompletableFuture<Boolean>> some = IntStream.range(0, Math.min(AT_ONCE, count - sent))
                        .mapToObj(i -> send(host, peer))
                        .toList();
                int done = (int) some.stream().filter(CompletableFuture::join).count();
                sent += done;
                isOpen = done > 0;
            }
            return sent;
        } finally {
            host.close().toCompletableFuture().join();
        }
    }

    /** Whether a well-behaved peer is told of protocols by identify. */
    boolean isServed() {
        Libp2pHost host = host();
        try {
            connect(host);
            return true;
        } catch (InterruptedException | IllegalStateException e) {
            return false;
        } finally {
            host.close().toCompletableFuture().join();
        }
    }

    private PeerId connect(Libp2pHost host) throws InterruptedException {
        host.keepConnected(target);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (host.peers().stream().allMatch(peer -> peer.protocols().isEmpty())) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not connected");
            }
            Thread.sleep(20);
        }
        return host.peers().getFirst().peerId();
    }

    private CompletableFuture<Boolean> send(Libp2pHost host, PeerId peer) {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        byte[] bytes = mutations.of(mutations.oneOf(FRAMES), MAX_BYTES);
        host.open(peer, List.of(mutations.oneOf(PROTOCOLS))).whenComplete((stream, failure) -> {
            if (failure == null) {
                write(stream, bytes);
            }
            sent.complete(failure == null);
        });
        return sent;
    }

    private static void write(Stream stream, byte[] bytes) {
        stream.bytes().write(bytes);
        if (bytes.length % 2 == 0) {
            stream.bytes().closeWrite();
        } else {
            stream.bytes().reset();
        }
    }
}
