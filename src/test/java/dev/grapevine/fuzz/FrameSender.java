package dev.grapevine.fuzz;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.noise.Noise;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.SecuredStream;
import dev.grapevine.libp2p.swarm.Security;
import dev.grapevine.libp2p.tcp.TcpSettings;
import dev.grapevine.libp2p.tcp.TcpTransport;
import dev.grapevine.libp2p.upgrade.Upgrader;
import dev.grapevine.libp2p.yamux.YamuxConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A peer that has done its handshake over TCP, and then writes frames of yamux, and what should be some, beneath its own multiplexer. */
final class FrameSender implements PortFuzz.Sender {

    private static final int MAX_BYTES = 4096;
    private static final int PATIENCE_SECONDS = 20;
    private static final int READING_MILLIS = 3;

    private final SecureRandom random = new SecureRandom();
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("frames", true), NioIoHandler.newFactory())
            .next();
    private final Multiaddr address;
    private final PeerId peer;
    private final Mutations mutations;
    private final List<byte[]> frames = new ArrayList<>();

    /** What the last handshake gave. */
    private @Nullable ByteStream secured;

    FrameSender(Multiaddr target, Mutations mutations) throws IOException {
        this.address = target.without(Protocol.P2P);
        this.peer = PeerId.parse(target.value(Protocol.P2P).orElseThrow());
        this.mutations = mutations;
        for (Path input : Target.YAMUX.corpus()) {
            byte[] bytes = Files.readAllBytes(input);
            frames.add(bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        byte[] negotiation =
                SocketSender.joined(SocketSender.line("/multistream/1.0.0"), SocketSender.line("/ipfs/id/1.0.0"));
        byte[] data = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, (byte) negotiation.length};
        frames.add(SocketSender.joined(data, negotiation));
    }

    /** On a connection of its own, until the host ends it. */
    @Override
    public int send(int count) throws Exception {
        TcpTransport transport = get(() -> CompletableFuture.completedFuture(transport()));
        try {
            Connection connection = get(() -> transport.dial(address, peer));
            int sent = 0;
            while (sent < count && !isEnded(connection)) {
                byte[] bytes = mutations.of(mutations.oneOf(frames), MAX_BYTES);
                get(() -> secured.write(bytes).exceptionally(ended -> null));
                sent++;
            }
            return sent;
        } finally {
            get(transport::close);
        }
    }

    /** Whether the host has ended the connection, for which it is given some time: what is written afterwards, nobody reads. */
    private static boolean isEnded(Connection connection) throws InterruptedException {
        try {
            connection.closed().toCompletableFuture().get(READING_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    private TcpTransport transport() {
        Security noise = new Noise(PrivateKey.generate(random), Upgrader.MUXERS, random, Runnable::run, loop);
        Security tapped = new Security() {
            @Override
            public String protocol() {
                return noise.protocol();
            }

            @Override
            public CompletionStage<SecuredStream> secure(ByteStream raw, boolean dialled, @Nullable PeerId expected) {
                return noise.secure(raw, dialled, expected).thenApply(done -> {
                    secured = done.bytes();
                    return done;
                });
            }
        };
        Upgrader upgrader = new Upgrader(List.of(tapped), YamuxConfig.defaults(), loop, System::nanoTime);
        return new TcpTransport(loop, upgrader, TcpSettings.DEFAULT);
    }

    private <T> T get(Supplier<? extends CompletionStage<T>> call) {
        return CompletableFuture.supplyAsync(call::get, loop)
                .thenCompose(stage -> stage)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
