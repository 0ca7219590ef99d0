package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.noise.Noise;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.swarm.Security;
import dev.grapevine.libp2p.tls.CertificateMaker;
import dev.grapevine.libp2p.tls.Libp2pTrustManager;
import dev.grapevine.libp2p.tls.Tls;
import dev.grapevine.libp2p.upgrade.Upgrader;
import dev.grapevine.libp2p.yamux.YamuxConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transport with an event loop of its own, called from the test's thread; answers every stream with an echo. */
final class TcpHost implements AutoCloseable {

    /** How connections are secured: T by TLS, N by Noise, in this order; small letters negotiate the multiplexer afterwards. */
    static final String DEFAULT_SECURITY = "TN";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long PATIENCE_SECONDS = 20;

    final PeerId peerId;
    final TcpTransport transport;
    final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    private final EventLoopGroup group = Sockets.best().eventLoop(new DefaultThreadFactory("tcp-test", true));
    private final EventLoop loop = group.next();
    private final ExecutorService tasks = Executors.newSingleThreadExecutor();

    TcpHost() {
        this(DEFAULT_SECURITY, TcpSettings.DEFAULT);
    }

    TcpHost(String security, TcpSettings settings) {
        PrivateKey key = PrivateKey.generate(RANDOM);
        peerId = PeerId.of(key.publicKey());
        List<Security> securities = new ArrayList<>();
        for (int i = 0; i < security.length(); i++) {
            char each = security.charAt(i);
            List<String> early = Character.isUpperCase(each) ? Upgrader.MUXERS : List.of();
            securities.add(
                    Character.toUpperCase(each) == 'N'
                            ? new Noise(key, early, RANDOM, tasks, loop)
                            : new Tls(
                                    CertificateMaker.make(
                                            key, RANDOM, InstantSource.system().instant()),
                                    new Libp2pTrustManager(InstantSource.system()),
                                    early,
                                    tasks,
                                    loop));
        }
        Upgrader upgrader = new Upgrader(securities, YamuxConfig.defaults(), loop, System::nanoTime);
        transport = new TcpTransport(loop, upgrader, settings);
    }

    Multiaddr listen(String address) {
        return get(() -> transport.listen(Multiaddr.parse(address), connection -> {
                    connection.acceptStreams(Received::echo);
                    accepted.add(connection);
                }))
                .getFirst();
    }

    Multiaddr listen() {
        return listen("/ip4/127.0.0.1/tcp/0");
    }

    Connection dial(Multiaddr address, @Nullable PeerId expected) {
        return get(() -> transport.dial(address, expected));
    }

    Connection nextAccepted() throws InterruptedException {
        Connection connection = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no inbound connection");
        }
        return connection;
    }

    /** Runs on the event loop and waits for the stage to complete. */
    <T> T get(Supplier<? extends CompletionStage<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> call.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    int socketCount() {
        return get(() -> CompletableFuture.completedFuture(transport.socketCount()));
    }

    @Override
    public void close() {
        get(transport::close);
        tasks.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
