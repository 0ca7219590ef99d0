package dev.grapevine.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.quic.QuicSettings;
import dev.grapevine.libp2p.quic.QuicTransport;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import dev.grapevine.libp2p.swarm.SwarmConfig;
import dev.grapevine.libp2p.tls.CertificateMaker;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over real QUIC on the loopback, which counts as the internet here. */
class AutonatQuicTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Multiaddr NOBODYS = Multiaddr.parse("/ip4/127.0.0.1/udp/9/quic-v1");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long DIAL_MILLIS = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final List<DefaultSwarm> swarms = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private final List<Set<Multiaddr>> reachable = new CopyOnWriteArrayList<>();
    private final List<Set<Multiaddr>> unreachable = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        swarms.forEach(swarm -> get(swarm::close));
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void threeServersDialFromPortsOfTheirOwnAndTheHostKnowsWhereItIsReached() {
        DefaultSwarm client = swarm();
        Multiaddr address = listen(client);
        List<Multiaddr> dialledFrom = new CopyOnWriteArrayList<>();
        List<PeerId> servers = new ArrayList<>();
        List<Multiaddr> serverAddresses = new ArrayList<>();
        for (int i = 0; i < ClientState.MIN_MARGIN; i++) {
            DefaultSwarm server = swarm();
            Multiaddr where = listen(server);
            servers.add(server.localPeer());
            serverAddresses.add(where);
            serve(server, where);
            call(() -> client.keepConnected(
                    where.with(Protocol.P2P, server.localPeer().toString())));
        }
        await().atMost(PATIENCE).until(() -> ask(client::peers).containsAll(servers));
        call(() -> client.addConnectionListener(connection -> noteInbound(connection, dialledFrom)));
        ClientHandler asking = client(client, List.of(address, NOBODYS));
        call(() -> {
            asking.start();
            servers.forEach(server -> client.learn(server, Set.of(Autonat.DIAL_REQUEST)));
        });

        await().pollInterval(POLL).atMost(PATIENCE).untilAsserted(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ClientState.PAUSE_MILLIS));
            call(asking::tick);
            assertThat(reachable).isNotEmpty().last().isEqualTo(Set.of(address));
            assertThat(unreachable).last().isEqualTo(Set.of(NOBODYS));
        });
        assertThat(dialledFrom).hasSize(servers.size()).doesNotContainAnyElementsOf(serverAddresses);
        await().atMost(PATIENCE).until(() -> ask(client::peers).size() == servers.size());
    }

    private static void noteInbound(Connection connection, List<Multiaddr> dialledFrom) {
        if (!connection.dialled()) {
            dialledFrom.add(connection.remoteAddress());
        }
    }

    private ClientHandler client(DefaultSwarm swarm, List<Multiaddr> addresses) {
        return new ClientHandler(
                swarm,
                new ClientState(RANDOM),
                () -> addresses,
                ip -> true,
                (yes, no) -> {
                    reachable.add(yes);
                    unreachable.add(no);
                },
                new Counters(),
                nanos::get);
    }

    private void serve(DefaultSwarm swarm, Multiaddr own) {
        call(() -> new Autonat(
                        swarm,
                        this::newSwarm,
                        () -> List.of(own),
                        ip -> true,
                        (yes, no) -> {},
                        RANDOM,
                        System::nanoTime)
                .start());
    }

    private DefaultSwarm swarm() {
        return ask(this::newSwarm);
    }

    private DefaultSwarm newSwarm() {
        PrivateKey key = PrivateKey.generate(RANDOM);
        DefaultSwarm swarm = new DefaultSwarm(
                PeerId.of(key.publicKey()),
                loop,
                List.of(new QuicTransport(
                        loop,
                        CertificateMaker.make(key, RANDOM, Instant.now()),
                        QuicSettings.DEFAULT,
                        RANDOM,
                        InstantSource.system())),
                new SwarmConfig(ResourceLimits.defaults(), 10_000, DIAL_MILLIS, 500, 30_000),
                name -> CompletableFuture.failedFuture(new UnknownHostException(name)),
                RANDOM,
                System::nanoTime);
        swarms.add(swarm);
        return swarm;
    }

    private Multiaddr listen(DefaultSwarm swarm) {
        return get(() -> swarm.listen(Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1")))
                .getFirst();
    }

    private void call(Runnable task) {
        ask(() -> {
            task.run();
            return true;
        });
    }

    private <T> T ask(Supplier<T> question) {
        return get(() -> CompletableFuture.completedFuture(question.get()));
    }

    /** Runs on the event loop and waits for the result. */
    private <T> T get(Supplier<CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> task.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
