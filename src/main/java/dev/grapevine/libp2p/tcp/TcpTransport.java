package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.HandshakeGate;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.Timeouts;
import dev.grapevine.libp2p.swarm.Transport;
import dev.grapevine.libp2p.upgrade.Upgrader;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reaches peers by TCP; an {@link Upgrader} secures and multiplexes the connections. */
@SuppressWarnings("FutureReturnValueIgnored") // how a close ends shows in the channel's close future
public final class TcpTransport implements Transport {

    private static final System.Logger LOG = System.getLogger(TcpTransport.class.getName());

    private final EventLoop eventLoop;
    private final Upgrader upgrader;
    private final TcpSettings settings;
    private final HandshakeGate gate;
    private final List<Channel> listening = new ArrayList<>();

    /** Sockets, handshakes included. */
    private final Set<Channel> sockets = new HashSet<>();

    private final Set<Connection> connections = new HashSet<>();
    private @Nullable CompletableFuture<Void> closed;

    /** @param eventLoop everything happens on it */
    public TcpTransport(EventLoop eventLoop, Upgrader upgrader, TcpSettings settings) {
        this.eventLoop = eventLoop;
        this.upgrader = upgrader;
        this.settings = settings;
        this.gate = new HandshakeGate(settings.handshakes(), System::nanoTime);
    }

    @Override
    public boolean canDial(Multiaddr address) {
        return target(address).isPresent();
    }

    @Override
    public boolean canListen(Multiaddr address) {
        return TcpAddress.socketAddress(address).isPresent();
    }

    private static Optional<InetSocketAddress> target(Multiaddr address) {
        return TcpAddress.socketAddress(address).filter(remote -> remote.getPort() > 0);
    }

    @Override
    public CompletionStage<List<Multiaddr>> listen(Multiaddr address, Consumer<Connection> onConnection) {
        InetSocketAddress local = TcpAddress.socketAddress(address).orElse(null);
        if (local == null || closed != null) {
            return failed(address, closed == null ? "not an address of TCP" : "the transport is closed");
        }
        CompletableFuture<List<Multiaddr>> bound = new CompletableFuture<>();
        ChannelFuture binding = new ServerBootstrap()
                .group(eventLoop)
                .channel(Sockets.of(eventLoop).listener())
                .option(ChannelOption.SO_BACKLOG, TcpSettings.BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        accept(socket, onConnection);
                    }
                })
                .bind(local);
        binding.addListener(future -> {
            if (!future.isSuccess()) {
                bound.completeExceptionally(
                        new IOException(address + ": " + future.cause().getMessage(), future.cause()));
            } else {
                listening.add(binding.channel());
                bound.complete(List.of(TcpAddress.multiaddr(
                        (InetSocketAddress) binding.channel().localAddress())));
            }
        });
        return bound;
    }

    private void accept(SocketChannel socket, Consumer<Connection> onConnection) {
        InetSocketAddress from = socket.remoteAddress();
        if (from == null || closed != null || !gate.admits(from.getAddress())) {
            LOG.log(Level.DEBUG, () -> "A connection from " + from + " is not taken");
            socket.close();
            return;
        }
        gate.begin(from.getAddress());
        upgrade(socket, false, null).whenComplete((connection, failure) -> {
            gate.end();
            if (failure != null) {
                LOG.log(Level.DEBUG, () -> "A connection came to nothing: " + failure.getMessage());
            } else {
                eventLoop.execute(() -> onConnection.accept(connection)); // a task's exception is logged
            }
        });
    }

    @Override
    public CompletionStage<Connection> dial(Multiaddr address, @Nullable PeerId expected) {
        InetSocketAddress remote = target(address).orElse(null);
        if (remote == null || closed != null) {
            return failed(address, closed == null ? "not an address to dial by TCP" : "the transport is closed");
        }
        CompletableFuture<Connection> dialled = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(eventLoop)
                .channel(Sockets.of(eventLoop).stream())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.handshakeTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        track(socket);
                    }
                })
                .connect(remote);
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                dialled.completeExceptionally(
                        new IOException(address + ": " + future.cause().getMessage(), future.cause()));
            } else {
                upgrade((SocketChannel) connecting.channel(), true, expected).whenComplete((connection, failure) -> {
                    if (failure != null) {
                        dialled.completeExceptionally(failure);
                    } else {
                        dialled.complete(connection);
                    }
                });
            }
        });
        return dialled;
    }

    /** Upgrades a connected socket in time. */
    private CompletionStage<Connection> upgrade(SocketChannel socket, boolean dialled, @Nullable PeerId expected) {
        if (socket.remoteAddress() == null || socket.localAddress() == null) {
            socket.close();
            return CompletableFuture.failedFuture(new IOException("the connection was closed at once"));
        }
        Multiaddr remote = TcpAddress.multiaddr(socket.remoteAddress());
        Multiaddr local = TcpAddress.multiaddr(socket.localAddress());
        track(socket);
        TcpByteStream stream = new TcpByteStream(socket);
        socket.pipeline().addLast(stream);
        CompletableFuture<Connection> result = new CompletableFuture<>();
        long millis = settings.handshakeTimeout().toMillis();
        ScheduledFuture<?> deadline = eventLoop.schedule(
                () -> fail(result, remote, new IOException("the handshake took more than " + millis + " ms")),
                millis,
                TimeUnit.MILLISECONDS);
        upgrader.upgrade(stream, dialled, expected, local, remote).whenComplete((connection, failure) -> {
            deadline.cancel(false);
            if (failure != null) {
                fail(result, remote, failure);
            } else if (result.isDone()) {
                connection.close();
            } else {
                connections.add(connection);
                connection.closed().thenRun(() -> connections.remove(connection));
                result.complete(connection);
            }
        });
        result.exceptionally(failure -> {
            stream.reset();
            return null;
        });
        return result;
    }

    private static void fail(CompletableFuture<Connection> result, Multiaddr remote, Throwable failure) {
        Throwable cause = Timeouts.cause(failure);
        result.completeExceptionally(new IOException(remote + ": " + cause.getMessage(), cause));
    }

    private void track(Channel socket) {
        if (sockets.add(socket)) {
            socket.closeFuture().addListener(future -> sockets.remove(socket));
        }
    }

    @Override
    public Map<Refusal, Long> refused() {
        return gate.refused();
    }

    /** Tells the peers, then closes what is left. */
    @Override
    public CompletionStage<Void> close() {
        if (closed == null) {
            listening.forEach(Channel::close);
            List.copyOf(connections).forEach(Connection::close);
            CompletableFuture<?>[] ended = List.copyOf(connections).stream()
                    .map(connection -> connection.closed().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            closed = CompletableFuture.allOf(ended).thenCompose(done -> closeSockets());
        }
        return closed;
    }

    private CompletableFuture<Void> closeSockets() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        List<Channel> left = new ArrayList<>(sockets);
        left.addAll(listening);
        for (Channel each : left) {
            CompletableFuture<Void> one = new CompletableFuture<>();
            each.close().addListener(future -> one.complete(null));
            all.add(one);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    }

    /** Sockets that are open, handshakes included, listening ones not. */
    int socketCount() {
        return sockets.size();
    }

    private static <T> CompletableFuture<T> failed(Multiaddr address, String reason) {
        return CompletableFuture.failedFuture(new IOException(address + ": " + reason));
    }
}
