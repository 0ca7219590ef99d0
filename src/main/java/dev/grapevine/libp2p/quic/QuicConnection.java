package dev.grapevine.libp2p.quic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.tls.PeerCheck;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A QUIC connection from its first packet on. It may be handed over once {@link #established} has completed. */
@SuppressWarnings("FutureReturnValueIgnored") // how a close ends shows in onClosed
final class QuicConnection extends ChannelInboundHandlerAdapter implements Connection {

    private static final System.Logger LOG = System.getLogger(QuicConnection.class.getName());

    /** Application error codes of CONNECTION_CLOSE (RFC 9000 §19.19): nothing was wrong, or the reason tells. */
    private static final int NO_ERROR = 0;

    private static final int REFUSED = 1;

    private final QuicChannel channel;
    private final boolean dialled;
    private final LongSupplier nanoTime;
    private final ResetBudget resets;
    private final Multiaddr localAddress;
    private final Multiaddr remoteAddress;
    private final CompletableFuture<QuicConnection> established = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Set<QuicByteStream> streams = new HashSet<>();
    private final Queue<ByteStream> early = new ArrayDeque<>(); // at most MAX_STREAMS, which the peer is held to
    private @Nullable Consumer<ByteStream> onStream;
    private @Nullable PeerId peer;
    private @Nullable String failure;
    private boolean closing;

    /**
     * @param channel just registered
     * @param settings the dial timeout bounds handshakes of either direction
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    QuicConnection(QuicChannel channel, boolean dialled, QuicSettings settings, LongSupplier nanoTime) {
        this.channel = channel;
        this.dialled = dialled;
        this.nanoTime = nanoTime;
        resets = new ResetBudget(nanoTime.getAsLong());
        localAddress = address(channel.localSocketAddress());
        remoteAddress = address(channel.remoteSocketAddress());
        channel.pipeline().addLast(this);
        long millis = settings.dialTimeout().toMillis();
        ScheduledFuture<?> deadline = channel.eventLoop()
                .schedule(() -> fail("nobody answered within " + millis + " ms"), millis, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(future -> {
            deadline.cancel(false);
            onClosed();
        });
        established.thenRun(() -> deadline.cancel(false));
    }

    private static Multiaddr address(@Nullable SocketAddress address) {
        return QuicAddress.multiaddr((InetSocketAddress) Objects.requireNonNull(address));
    }

    /** Completes once: when the peer is proven, or with an {@link IOException} that says why it never was. */
    CompletionStage<QuicConnection> established() {
        return established;
    }

    /** Ends the connection, if it has not ended yet. */
    void fail(Throwable cause) {
        fail("the handshake failed: " + Objects.requireNonNullElse(cause.getMessage(), "closed"));
    }

    /** In a task of its own: within an event of Netty's, the peer would not be told of the close. */
    private void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
        channel.eventLoop().execute(channel::close);
    }

    /** Waits for the next task, for Netty learns the peer's stream limit only after this event. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel.eventLoop().execute(this::onHandshakeDone);
    }

    private void onHandshakeDone() {
        if (!channel.isActive()) {
            return; // closed in between; onClosed tells
        }
        peer = Optional.ofNullable(QuicTls.check(channel))
                .flatMap(PeerCheck::peer)
                .orElse(null);
        if (peer == null) {
            failure = "the peer has shown no certificate";
            close(REFUSED, failure);
        } else {
            established.complete(this);
        }
    }

    private void onClosed() {
        Optional<String> refusal = Optional.ofNullable(QuicTls.check(channel))
                .flatMap(PeerCheck::refusal)
                .map(reason -> "the handshake failed: " + reason.getMessage());
        String reason = refusal.orElse(failure == null ? "the connection was closed" : failure);
        LOG.log(Level.DEBUG, () -> (dialled ? "Connection to " : "Connection from ") + remoteAddress + ": " + reason);
        established.completeExceptionally(new IOException(remoteAddress + ": " + reason));
        closed.complete(null);
    }

    /** The peer has closed; quiche alone would wait for stray packets before it says so. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof QuicConnectionCloseEvent close) {
            String why = close.isApplicationClose()
                    ? "error " + close.error()
                    : close.isTlsError()
                            ? "TLS alert " + QuicConnectionCloseEvent.extractTlsError(close.error())
                            : "transport error " + close.error();
            fail("the peer closed the connection (" + why + ")");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicException || cause instanceof IOException) {
            if (failure == null) {
                failure = "the handshake or the connection failed: " + cause.getMessage();
            }
        } else {
            LOG.log(Level.WARNING, "A stream of " + remoteAddress + " could not be handled", cause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicByteStream stream = stream((QuicStreamChannel) message);
        ctx.fireChannelRead(message); // the end of the pipeline registers the stream
        if (closing) {
            stream.reset();
        } else if (onStream == null) {
            early.add(stream);
        } else {
            onStream.accept(stream);
        }
    }

    private QuicByteStream stream(QuicStreamChannel streamChannel) {
        QuicByteStream stream = new QuicByteStream(streamChannel, this::onReset);
        streams.add(stream);
        streamChannel.closeFuture().addListener(future -> streams.remove(stream));
        return stream;
    }

    private void onReset() {
        switch (resets.count(nanoTime.getAsLong())) {
            case FINE -> {}
            case TOO_FAST -> close(REFUSED, "too many streams were reset");
            case WORN_OUT -> {
                LOG.log(Level.INFO, "A connection is worn out by reset streams and shall be made anew: " + this);
                close(NO_ERROR, "so many streams were reset that a new connection is better");
            }
        }
    }

    @Override
    public CompletionStage<ByteStream> openStream() {
        if (closing || !channel.isActive()) {
            return CompletableFuture.failedFuture(new IOException("the connection is closed"));
        }
        // Netty counts a stream that it could not open, and would so lose the right to it for ever
        if (channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) <= 0) {
            return CompletableFuture.failedFuture(new IOException("the peer allows no more streams"));
        }
        CompletableFuture<ByteStream> opened = new CompletableFuture<>();
        channel.createStream(QuicStreamType.BIDIRECTIONAL, null).addListener(future -> {
            if (future.isSuccess()) {
                opened.complete(stream((QuicStreamChannel) future.getNow()));
            } else {
                opened.completeExceptionally(new IOException("no stream could be opened", future.cause()));
            }
        });
        return opened;
    }

    @Override
    public void acceptStreams(Consumer<ByteStream> consumer) {
        onStream = consumer;
        while (!early.isEmpty()) {
            consumer.accept(early.remove());
        }
    }

    @Override
    public PeerId peer() {
        return Objects.requireNonNull(peer, "not established");
    }

    @Override
    public Multiaddr localAddress() {
        return localAddress;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean dialled() {
        return dialled;
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed;
    }

    @Override
    public void close() {
        close(NO_ERROR, "");
    }

    /**
     * Resets the streams, and closes after two round trips: QUIC's CONNECTION_CLOSE counts against the congestion
     * window, and quiche never sends it where the window is full at that moment.
     */
    private void close(int code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        List.copyOf(streams).forEach(QuicByteStream::onConnectionClosing);
        channel.eventLoop()
                .execute(
                        () -> { // Netty may be in the middle of reading this connection's streams
                            if (!channel.isActive()) {
                                channel.close();
                                return;
                            }
                            channel.collectPathStats(0).addListener(stats -> {
                                long roundTripNanos =
                                        stats.isSuccess() ? ((QuicConnectionPathStats) stats.getNow()).rtt() : 0;
                                long nanos = Math.min(
                                        2 * roundTripNanos + QuicSettings.PEERS_ACK_DELAY.toNanos(),
                                        QuicSettings.MAX_CLOSE_DELAY.toNanos());
                                channel.eventLoop()
                                        .schedule(
                                                () -> channel.close(
                                                        true, code, Unpooled.wrappedBuffer(reason.getBytes(UTF_8))),
                                                nanos,
                                                TimeUnit.NANOSECONDS);
                            });
                        });
    }

    @Override
    public String toString() {
        return (dialled ? "to " : "from ") + remoteAddress + (peer == null ? "" : "/p2p/" + peer);
    }
}
