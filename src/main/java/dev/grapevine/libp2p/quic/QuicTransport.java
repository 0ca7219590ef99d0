package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.HandshakeGate;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.Transport;
import dev.grapevine.libp2p.tls.HostCertificate;
import dev.grapevine.libp2p.tls.Libp2pTrustManager;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reaches peers by QUIC v1 (RFC 9000, libp2p specification quic).
 *
 * <p>Dials from the sockets it listens on, so that peers see one address of this host; where none fits, from one socket
 * with a port of the system's choice.
 */
public final class QuicTransport implements Transport {

    private final QuicSocket.Parts parts;
    private final ExecutorService tlsTasks;
    private final List<QuicSocket> sockets = new ArrayList<>();
    private final List<QuicSocket> listening = new ArrayList<>();
    private final Map<Protocol, CompletionStage<QuicSocket>> dialOnly = new EnumMap<>(Protocol.class);
    private @Nullable CompletableFuture<Void> closed;

    /**
     * Makes a transport; opens no socket yet.
     *
     * @param eventLoop everything happens on it
     * @param certificate proves who this host is
     * @param clock judges the certificates of peers
     * @throws UnsatisfiedLinkError where this platform has no native QUIC library
     */
    public QuicTransport(
            EventLoop eventLoop,
            HostCertificate certificate,
            QuicSettings settings,
            SecureRandom random,
            InstantSource clock) {
        tlsTasks = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("libp2p-tls").factory());
        QuicTls tls = new QuicTls(certificate, new Libp2pTrustManager(clock), random);
        HandshakeGate gate = new HandshakeGate(settings.handshakes(), System::nanoTime);
        parts = new QuicSocket.Parts(eventLoop, tls, tlsTasks, settings, gate, random, clock);
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return target(address).isPresent();
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return QuicAddress.socketAddress(address).isPresent();
    }

    private static Optional<InetSocketAddress> target(Multiaddr address) {
        return QuicAddress.socketAddress(address).filter(remote -> remote.getPort() > 0);
    }

    @Override
    public CompletionStage<List<Multiaddr>> listen(Multiaddr address, Consumer<Connection> onConnection) {
        InetSocketAddress local = QuicAddress.socketAddress(address).orElse(null);
        if (local == null || closed != null) {
            return failed(address, closed == null ? "not an address of QUIC" : "the transport is closed");
        }
        return Futures.relay(bind(local, onConnection)
                .thenApply(socket -> {
                    listening.add(socket);
                    return List.of(QuicAddress.multiaddr(socket.localAddress()));
                })
                .exceptionallyCompose(failure -> failed(address, Futures.reason(failure))));
    }

    @Override
    public CompletionStage<Connection> dial(Multiaddr address, @Nullable PeerId expected) {
        InetSocketAddress remote = target(address).orElse(null);
        if (remote == null || closed != null) {
            return failed(address, closed == null ? "not an address to dial by QUIC" : "the transport is closed");
        }
        return Futures.relay(socketFor(remote).thenCompose(socket -> socket.dial(remote, expected)));
    }

    private CompletionStage<QuicSocket> socketFor(InetSocketAddress remote) {
        for (QuicSocket socket : listening) {
            if (socket.reaches(remote)) {
                return CompletableFuture.completedStage(socket);
            }
        }
        boolean ip6 = remote.getAddress() instanceof Inet6Address;
        return dialOnly.computeIfAbsent(ip6 ? Protocol.IP6 : Protocol.IP4, family -> {
            CompletionStage<QuicSocket> bound = bind(new InetSocketAddress(any(ip6 ? 16 : 4), 0), null);
            bound.exceptionally(failure -> {
                dialOnly.remove(family);
                return null;
            });
            return bound;
        });
    }

    private static InetAddress any(int addressBytes) {
        try {
            return InetAddress.getByAddress(new byte[addressBytes]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses have 4 or 16 bytes", e);
        }
    }

    private CompletableFuture<QuicSocket> bind(InetSocketAddress address, @Nullable Consumer<Connection> onConnection) {
        return QuicSocket.bind(parts, address, onConnection).thenCompose(socket -> {
            if (closed != null) {
                return socket.close()
                        .thenCompose(done -> CompletableFuture.failedStage(new IOException("the transport is closed")));
            }
            sockets.add(socket);
            return CompletableFuture.completedStage(socket);
        });
    }

    @Override
    public Map<Refusal, Long> refused() {
        return parts.gate().refused();
    }

    @Override
    public CompletionStage<Void> close() {
        if (closed == null) {
            closed = CompletableFuture.allOf(
                            sockets.stream().map(QuicSocket::close).toArray(CompletableFuture<?>[]::new))
                    .thenRunAsync(() -> {}, tlsTasks) // behind the last task, which still calls the event loop
                    .thenRunAsync(tlsTasks::shutdown, parts.eventLoop());
        }
        return closed;
    }

    /** Connections on all sockets, handshakes included. */
    int connectionCount() {
        return sockets.stream().mapToInt(QuicSocket::connectionCount).sum();
    }

    int dialledIdCount() {
        return sockets.stream().mapToInt(QuicSocket::dialledIdCount).sum();
    }

    private static <T> CompletableFuture<T> failed(Multiaddr address, String reason) {
        return CompletableFuture.failedFuture(new IOException(address + ": " + reason));
    }
}
