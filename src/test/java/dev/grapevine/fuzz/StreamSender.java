package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Varint;
import dev.grapevine.libp2p.swarm.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Peers that have done their handshake and then speak each protocol badly, on a stream for each attempt. */
final class StreamSender implements PortFuzz.Sender {

    /** One peer's; a host ends the connection of a peer with many more reset streams. */
    private static final int MAX_STREAMS = 500;

    private static final int AT_ONCE = 20;
    private static final int MAX_BYTES = 2_048;

    private final Multiaddr target;
    private final Mutations mutations;
    private final List<Protocol> protocols;

    /** What is spoken on streams, and frames that were kept for it. */
    private record Protocol(String id, List<byte[]> frames) {

        static Protocol of(String id, Target target) throws IOException {
            List<byte[]> frames = new ArrayList<>();
            for (Path input : target.corpus()) {
                byte[] frame = Files.readAllBytes(input);
                frames.add(SocketSender.joined(Varint.encode(frame.length), frame));
            }
            return new Protocol(id, frames);
        }
    }

    StreamSender(Multiaddr target, Mutations mutations) throws IOException {
        this.target = target;
        this.mutations = mutations;
        this.protocols = List.of(
                Protocol.of("/meshsub/1.2.0", Target.GOSSIPSUB),
                Protocol.of("/meshsub/1.0.0", Target.GOSSIPSUB),
                Protocol.of("/ipfs/id/1.0.0", Target.IDENTIFY),
                Protocol.of("/ipfs/id/push/1.0.0", Target.IDENTIFY),
                Protocol.of("/ipfs/ping/1.0.0", Target.VARINT),
                Protocol.of(FuzzHosts.KAD, Target.KAD),
                Protocol.of("/libp2p/autonat/2/dial-request", Target.AUTONAT),
                Protocol.of("/libp2p/autonat/2/dial-back", Target.AUTONAT));
    }

    /** By a peer of its own. */
    @Override
    public int send(int count) throws InterruptedException {
        Libp2pHost host = FuzzHosts.peer();
        try {
            PeerId peer = FuzzHosts.connect(host, target).peerId();
            int wanted = Math.min(count, MAX_STREAMS);
            int sent = 0;
            boolean isOpen = true;
            while (sent < wanted && isOpen) {
                List<CompletableFuture<Boolean>> some = IntStream.range(0, Math.min(AT_ONCE, wanted - sent))
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

    private CompletableFuture<Boolean> send(Libp2pHost host, PeerId peer) {
        CompletableFuture<Boolean> sent = new CompletableFuture<>();
        Protocol protocol = mutations.oneOf(protocols);
        byte[] bytes = mutations.of(mutations.oneOf(protocol.frames), MAX_BYTES);
        host.open(peer, List.of(protocol.id)).whenComplete((stream, failure) -> {
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
