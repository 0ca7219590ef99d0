package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.swarm.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a QUIC connection. What its peer sends stays in QUIC's own buffers, under flow control, until somebody
 * receives it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how a close ends shows in channelInactive
final class QuicByteStream extends ChannelInboundHandlerAdapter implements ByteStream {

    private static final System.Logger LOG = System.getLogger(QuicByteStream.class.getName());

    /** Error code of every reset: libp2p streams agree on none. */
    private static final int NO_CODE = 0;

    private final QuicStreamChannel channel;
    private final Runnable onReset;

    /** What Netty still read after reading was stopped (one chunk of at most 64 KiB), else empty between events. */
    private final Queue<byte[]> held = new ArrayDeque<>();

    private @Nullable Receiver receiver;
    private boolean reading = true;
    private boolean delivering;
    private boolean endReceived;
    private boolean endDelivered;
    private boolean resetUntold;
    private boolean givenUp;
    private boolean writeEnded;
    private boolean writeRefused;
    private boolean flushing;
    private long unsentBytes;
    private long carriedBytes;

    /**
     * @param channel just made, nothing read from it yet
     * @param onReset is told when either side resets the stream
     */
    QuicByteStream(QuicStreamChannel channel, Runnable onReset) {
        this.channel = channel;
        this.onReset = onReset;
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(this);
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        if (writeEnded || givenUp) {
            return CompletableFuture.failedFuture(new IOException("the stream takes no more bytes"));
        }
        if (unsentBytes + bytes.length > QuicSettings.MAX_UNSENT_STREAM_BYTES) {
            reset();
            return CompletableFuture.failedFuture(new IOException("the stream was reset: more than "
                    + QuicSettings.MAX_UNSENT_STREAM_BYTES + " bytes waited for the peer"));
        }
        unsentBytes += bytes.length;
        carriedBytes += bytes.length;
        CompletableFuture<Void> written = new CompletableFuture<>();
        channel.write(Unpooled.wrappedBuffer(bytes)).addListener(future -> {
            unsentBytes -= bytes.length;
            if (future.isSuccess()) {
                written.complete(null);
            } else {
                onWriteRefused();
                written.completeExceptionally(new IOException("the stream was closed or reset", future.cause()));
            }
        });
        flushSoon();
        return written;
    }

    /** When the event loop has done what it is at: what else is written until then goes into the same packets. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }

    /** Sends the end as a frame like any other, for Netty's own shutdown would overtake what waits to be sent. */
    @Override
    public void closeWrite() {
        if (!writeEnded && !givenUp) {
            writeEnded = true;
            channel.writeAndFlush(QuicStreamFrame.EMPTY_FIN).addListener(future -> {
                if (!future.isSuccess()) {
                    onWriteRefused();
                }
            });
        }
    }

    /** The peer reads no more (STOP_SENDING, RFC 9000 §3.5); what it still sends may be read. */
    private void onWriteRefused() {
        writeEnded = true;
        writeRefused = true;
        if (endReceived) {
            channel.close();
        }
    }

    @Override
    public void reset() {
        if (!givenUp && channel.isActive()) {
            givenUp = true;
            abandon();
        }
    }

    @Override
    public void receive(Receiver newReceiver) {
        receiver = newReceiver;
        if (resetUntold) {
            resetUntold = false;
            newReceiver.reset();
        } else {
            resume();
        }
    }

    @Override
    public void setReading(boolean newReading) {
        reading = newReading;
        if (newReading) {
            resume();
        } else {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public long carriedBytes() {
        return carriedBytes;
    }

    private void resume() {
        deliver();
        if (reading && receiver != null && !endReceived) {
            channel.config().setAutoRead(true);
        }
    }

    /** Hands over what is held, then the end; never from within a call of the receiver. */
    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (reading && receiver != null && !held.isEmpty()) {
                receiver.data(held.remove());
            }
            if (reading && receiver != null && endReceived && !endDelivered && !givenUp) {
                endDelivered = true;
                receiver.end();
            }
        } finally {
            delivering = false;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        carriedBytes += buffer.readableBytes();
        try {
            if (!givenUp) {
                held.add(ByteBufUtil.getBytes(buffer));
            }
        } finally {
            buffer.release();
        }
        deliver();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endReceived = true;
            deliver();
            if (writeRefused) {
                channel.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        writeEnded = true;
        if (!endReceived) {
            giveUp();
        }
    }

    /** This host closes the connection. */
    void onConnectionClosing() {
        if (!givenUp && channel.isActive()) {
            giveUp();
            abandon();
        }
    }

    /** The peer has reset the stream, or a receiver has failed. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof QuicException) && !(cause instanceof IOException)) {
            LOG.log(Level.WARNING, "A stream is reset, for its receiver has failed", cause);
        }
        if (!givenUp) {
            giveUp();
            abandon();
        }
    }

    private void giveUp() {
        if (!givenUp) {
            givenUp = true;
            held.clear();
            if (receiver == null) {
                resetUntold = true;
            } else if (!endDelivered) {
                receiver.reset();
            }
        }
    }

    /** Ends both directions at once. */
    private void abandon() {
        held.clear();
        channel.shutdown(NO_CODE);
        channel.close();
        onReset.run();
    }
}
