package dev.grapevine.libp2p.tcp;

import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Inbox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A TCP connection as one stream. What its peer sends stays with the system until somebody receives it. An end from the peer ends
 * both directions, for nothing here needs half of a connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how a close ends shows in channelInactive
final class TcpByteStream extends ChannelInboundHandlerAdapter implements ByteStream {

    private static final System.Logger LOG = System.getLogger(TcpByteStream.class.getName());

    private final SocketChannel channel;
    private final Inbox inbox = new Inbox(taken -> {});
    private long carriedBytes;

    /** @param channel without automatic reading, nothing read from it yet */
    TcpByteStream(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        carriedBytes += bytes.length;
        CompletableFuture<Void> written = new CompletableFuture<>();
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(future -> {
            if (future.isSuccess()) {
                written.complete(null);
            } else {
                written.completeExceptionally(new IOException("the connection is closed", future.cause()));
            }
        });
        return written;
    }

    /** Behind everything that was written. */
    @Override
    public void closeWrite() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(future -> channel.shutdownOutput());
    }

    @Override
    public void reset() {
        inbox.silence();
        channel.close();
    }

    @Override
    public void receive(Receiver receiver) {
        inbox.receive(receiver);
        channel.config().setAutoRead(inbox.isReading());
    }

    @Override
    public void setReading(boolean reading) {
        inbox.setReading(reading);
        channel.config().setAutoRead(inbox.isReading());
    }

    @Override
    public long carriedBytes() {
        return carriedBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        byte[] bytes;
        try {
            bytes = ByteBufUtil.getBytes(buffer);
        } finally {
            buffer.release();
        }
        carriedBytes += bytes.length;
        inbox.data(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inbox.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.WARNING, "A connection is closed, for what it carries could not be handled", cause);
        }
        channel.close();
    }
}
