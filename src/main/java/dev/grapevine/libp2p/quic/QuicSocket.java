package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.HandshakeGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One UDP socket. All connections dialled or accepted on it share its port, as hole punching needs. */
final class QuicSocket {

    /**
     * What all sockets of a host have in common.
     *
     * @param tlsTasks runs certificate checks and signatures, away from the event loop
     * @param gate says which inbound handshakes are taken
     */
    record Parts(
            EventLoop eventLoop,
            QuicTls tls,
            Executor tlsTasks,
            QuicSettings settings,
            HandshakeGate gate,
            SecureRandom random,
            InstantSource clock) {}

    private final Parts parts;
    private final @Nullable Consumer<Connection> onConnection;
    private final DatagramSize datagrams;
    private final ReceiveBuffer received;
    private final Optional<SegmentOffload> offload;
    private final ConnectionIds dialledIds;
    private final Set<QuicConnection> connections = new HashSet<>();
    private final Channel channel;

    private QuicSocket(
            Parts parts, InetAddress address, DatagramSize datagrams, @Nullable Consumer<Connection> onConnection) {
        this.parts = parts;
        this.onConnection = onConnection;
        this.datagrams = datagrams;
        this.dialledIds = new ConnectionIds(parts.random());
        this.offload =
                UdpSocket.offloads(parts.eventLoop()) ? Optional.of(new SegmentOffload(datagrams)) : Optional.empty();
        this.received = new ReceiveBuffer(UdpSocket.maxReceived(parts.eventLoop(), datagrams));
        this.channel = Sockets.of(parts.eventLoop())
                .datagram(address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        channel.closeFuture().addListener(closed -> received.release());
    }

    /**
     * Binds a socket.
     *
     * @param onConnection is handed inbound connections once their peer is proven; {@code null} refuses them all
     */
    static CompletableFuture<QuicSocket> bind(
            Parts parts, InetSocketAddress address, @Nullable Consumer<Connection> onConnection) {
        QuicSocket socket;
        try {
            socket = new QuicSocket(parts, address.getAddress(), DatagramSize.of(address.getAddress()), onConnection);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<QuicSocket> bound = new CompletableFuture<>();
        UdpSocket.bootstrap(parts.eventLoop(), address.getAddress() instanceof Inet6Address)
                .option(ChannelOption.RECVBUF_ALLOCATOR, socket.received)
                .channelFactory((ChannelFactory<Channel>) () -> socket.channel)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        socket.addCodecs();
                    }
                })
                .bind(address)
                .addListener(future -> {
                    if (future.isSuccess()) {
                        bound.complete(socket);
                    } else {
                        bound.completeExceptionally(
                                new IOException(future.cause().getMessage(), future.cause()));
                    }
                });
        return bound;
    }

    /** The client codec comes last: it would not get to dial from behind the server codec, which refuses to. */
    private void addCodecs() {
        offload.ifPresent(channel.pipeline()::addLast);
        if (onConnection != null) {
            channel.pipeline().addLast(new Demux(dialledIds)).addLast(Demux.SERVER_CODEC, serverCodec(onConnection));
        }
        channel.pipeline().addLast(codec(new QuicClientCodecBuilder().sslEngineProvider(parts.tls()::clientEngine)));
    }

    private ChannelHandler serverCodec(Consumer<Connection> handOver) {
        ChannelHandler accept = new ChannelInitializer<QuicChannel>() {
            @Override
            protected void initChannel(QuicChannel inbound) {
                InetSocketAddress from = (InetSocketAddress) Objects.requireNonNull(inbound.remoteSocketAddress());
                parts.gate().begin(from.getAddress());
                connection(inbound, false).established().whenComplete((connection, failure) -> {
                    parts.gate().end();
                    if (connection != null) {
                        parts.eventLoop().execute(() -> handOver.accept(connection)); // a task's exception is logged
                    }
                });
            }
        };
        return codec(new QuicServerCodecBuilder()
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segments())
                .sslEngineProvider(parts.tls()::serverEngine)
                .connectionIdAddressGenerator(new AcceptedIds())
                .tokenHandler(new AddressTokens(parts.random(), parts.clock(), parts.gate()))
                .handler(accept));
    }

    private ChannelHandler codec(QuicCodecBuilder<?> builder) {
        return builder.sslTaskExecutor(parts.tlsTasks())
                .maxIdleTimeout(parts.settings().maxIdle().toMillis(), TimeUnit.MILLISECONDS)
                .maxSendUdpPayloadSize(datagrams.maxSent())
                .discoverPmtu(true)
                .maxRecvUdpPayloadSize(datagrams.maxReceived())
                .initialMaxData(QuicSettings.MAX_UNREAD_CONNECTION_BYTES)
                .initialMaxStreamDataBidirectionalLocal(QuicSettings.MAX_UNREAD_STREAM_BYTES)
                .initialMaxStreamDataBidirectionalRemote(QuicSettings.MAX_UNREAD_STREAM_BYTES)
                .initialMaxStreamsBidirectional(QuicSettings.MAX_STREAMS)
                .initialMaxStreamsUnidirectional(0)
                .activeMigration(false)
                .localConnectionIdLength(QuicSettings.CONNECTION_ID_BYTES)
                .activeConnectionIdLimit(QuicSettings.ACTIVE_CONNECTION_IDS)
                .build();
    }

    private SegmentedDatagramPacketAllocator segments() {
        return offload.<SegmentedDatagramPacketAllocator>map(each -> each)
                .orElse(SegmentedDatagramPacketAllocator.NONE);
    }

    private QuicConnection connection(QuicChannel quic, boolean dialled) {
        QuicConnection connection = new QuicConnection(quic, dialled, parts.settings(), System::nanoTime);
        connections.add(connection);
        connection.closed().thenRun(() -> connections.remove(connection));
        return connection;
    }

    /** Dials as {@link dev.grapevine.libp2p.swarm.Transport#dial} does. */
    CompletableFuture<Connection> dial(InetSocketAddress remote, @Nullable PeerId expected) {
        ConnectionIds.Id id = dialledIds.choose();
        CompletableFuture<QuicConnection> dialling = new CompletableFuture<>();
        QuicChannel.newBootstrap(channel)
                .localConnectionAddress(new QuicConnectionAddress(id.bytes()))
                .remoteAddress(remote)
                .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, segments())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the connection has a deadline of its own
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel outbound) {
                        QuicTls.expect(outbound, expected);
                        QuicConnection connection = connection(outbound, true);
                        connection.closed().thenRun(() -> dialledIds.forget(id));
                        dialling.complete(connection);
                    }
                })
                .connect()
                .addListener(future -> {
                    if (!future.isSuccess()) {
                        if (!dialling.completeExceptionally(future.cause())) {
                            dialling.join().fail(future.cause());
                        }
                    }
                });
        return Futures.relay(dialling.thenCompose(QuicConnection::established));
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether a datagram from this socket can get to the address. */
    boolean reaches(InetSocketAddress remote) {
        InetSocketAddress local = localAddress();
        return local.getAddress() instanceof Inet6Address == remote.getAddress() instanceof Inet6Address
                && (local.getAddress().isAnyLocalAddress()
                        || local.getAddress().isLoopbackAddress()
                                == remote.getAddress().isLoopbackAddress());
    }

    /** Connections, handshakes included. */
    int connectionCount() {
        return connections.size();
    }

    int dialledIdCount() {
        return dialledIds.size();
    }

    /** Closes every connection, tells the peers, and then closes the socket. */
    CompletableFuture<Void> close() {
        CompletableFuture<?>[] all = List.copyOf(connections).stream()
                .map(connection -> {
                    connection.close();
                    return connection.closed().toCompletableFuture();
                })
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).thenCompose(done -> {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            channel.close().addListener(future -> closed.complete(null));
            return closed;
        });
    }
}
