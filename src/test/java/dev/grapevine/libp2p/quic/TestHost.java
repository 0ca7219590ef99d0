package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.tls.CertificateMaker;
import dev.grapevine.libp2p.tls.HostCertificate;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transport with an event loop of its own, called from the test's thread. */
final class TestHost implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadFactory THREADS = new DefaultThreadFactory("quic-test", true);

    final PeerId peerId;
    final QuicTransport transport;
    final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
    private final EventLoopGroup group;
    private final EventLoop eventLoop;

    TestHost() {
        this(QuicSettings.DEFAULT);
    }

    TestHost(QuicSettings settings) {
        this(settings, Sockets.best());
    }

    TestHost(QuicSettings settings, Sockets sockets) {
        PrivateKey key = PrivateKey.generate(RANDOM);
        peerId = PeerId.of(key.publicKey());
        group = sockets.eventLoop(THREADS);
        eventLoop = group.next();
        transport = new QuicTransport(
                eventLoop, CertificateMaker.make(key, RANDOM, Instant.now()), settings, RANDOM, InstantSource.system());
    }

    /** A host that shows a certificate of its own making. */
    TestHost(HostCertificate certificate) {
        peerId = PeerId.of(PrivateKey.generate(RANDOM).publicKey());
        group = Sockets.best().eventLoop(THREADS);
        eventLoop = group.next();
        transport = new QuicTransport(eventLoop, certificate, QuicSettings.DEFAULT, RANDOM, InstantSource.system());
    }

    /** Listens on a free port of 127.0.0.1 and answers every stream with an echo. */
    Multiaddr listen() {
        return listen("/ip4/127.0.0.1/udp/0/quic-v1");
    }

    Multiaddr listen(String address) {
        return get(() -> transport.listen(Multiaddr.parse(address), connection -> {
                    connection.acceptStreams(Received::echo);
                    accepted.add(connection);
                }))
                .getFirst();
    }

    Connection dial(Multiaddr address, @Nullable PeerId expected) {
        return get(() -> transport.dial(address, expected));
    }

    Throwable dialFails(Multiaddr address, @Nullable PeerId expected) {
        return failure(() -> transport.dial(address, expected));
    }

    Connection nextAccepted() throws InterruptedException {
        Connection connection = accepted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(connection).as("an inbound connection").isNotNull();
        return connection;
    }

    /** Opens a stream whose data is collected. */
    Collector open(Connection connection) {
        return get(() -> connection.openStream().thenApply(Collector::new));
    }

    ByteStream openUnread(Connection connection) {
        return get(connection::openStream);
    }

    /** Runs on the event loop and waits for the stage to complete. */
    <T> T get(Supplier<? extends CompletionStage<T>> call) {
        try {
            return start(call).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Runs on the event loop and waits for the stage to fail. */
    <T> Throwable failure(Supplier<? extends CompletionStage<T>> call) {
        try {
            Object value = start(call).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("did not fail, but gave " + value);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Runs on the event loop. */
    <T> CompletableFuture<T> start(Supplier<? extends CompletionStage<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        eventLoop.execute(() -> {
            try {
                call.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Runs on the event loop and waits until it has run. */
    void run(Runnable action) {
        get(() -> {
            action.run();
            return CompletableFuture.completedStage(null);
        });
    }

    <T> T ask(Supplier<T> question) {
        return get(() -> CompletableFuture.completedStage(question.get()));
    }

    void awaitClosed(Connection connection) {
        get(connection::closed);
    }

    int connectionCount() {
        return ask(transport::connectionCount);
    }

    /** Goes away without a word, as a killed process does. */
    void vanish() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return; // vanished
        }
        get(transport::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
