package dev.grapevine.node.access;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes one connection whose client dribbles: a byte now and then keeps an idle timeout from ever running out, so the headers
 * have a deadline, and the body has one for each KiB. Time counts only while the node wants to read, or else its own slowness
 * would be the client's fault. Runs on the connection's event loop.
 */
final class SlowClients {

    /** What must arrive of a body within each timeout. */
    private static final int BODY_BYTES = 1024;

    private final HttpProperties properties;
    private Phase phase = Phase.BETWEEN;
    private int bodyBytes;
    private boolean wanted;
    private long pausedAtNanos;
    private long pausedNanos;
    private @Nullable Future<?> deadline;

    private enum Phase {
        /** No request has begun; how long that may last is the idle timeout's matter. */
        BETWEEN,
        HEADERS,
        BODY
    }

    SlowClients(HttpProperties properties) {
        this.properties = properties;
    }

    /** Sees the bytes: stands before the HTTP codec. */
    ChannelDuplexHandler bytes() {
        return new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (phase == Phase.BETWEEN) {
                    phase = Phase.HEADERS;
                } else if (phase == Phase.BODY && message instanceof ByteBuf bytes) {
                    bodyBytes += bytes.readableBytes();
                    if (bodyBytes >= BODY_BYTES) {
                        waitForBody(context);
                    }
                }
                wanted = false;
                pausedAtNanos = System.nanoTime();
                context.fireChannelRead(message);
            }

            // A request that came in one piece needs no deadline: most do.
            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                if (phase == Phase.HEADERS && deadline == null) {
                    arm(context, properties.headersTimeout());
                } else if (phase == Phase.BODY && deadline == null) {
                    waitForBody(context);
                }
                context.fireChannelReadComplete();
            }

            @Override
            public void read(ChannelHandlerContext context) {
                if (!wanted) {
                    wanted = true;
                    pausedNanos += System.nanoTime() - pausedAtNanos;
                }
                context.read();
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                cancel();
                context.fireChannelInactive();
            }
        };
    }

    /** Sees the requests: stands behind the HTTP codec. */
    ChannelInboundHandlerAdapter requests() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpRequest) {
                    phase = Phase.BODY;
                    cancel();
                }
                if (message instanceof LastHttpContent) {
                    phase = Phase.BETWEEN;
                    cancel();
                }
                context.fireChannelRead(message);
            }
        };
    }

    private void waitForBody(ChannelHandlerContext context) {
        bodyBytes = 0;
        pausedNanos = 0;
        arm(context, properties.bodyTimeout());
    }

    private void arm(ChannelHandlerContext context, Duration timeout) {
        cancel();
        deadline = context.executor().schedule(() -> expire(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it to be closed
    private void expire(ChannelHandlerContext context) {
        boolean ourFault = !wanted || pausedNanos > properties.bodyTimeout().toNanos() / 2;
        if (phase == Phase.BODY && ourFault) {
            waitForBody(context);
        } else {
            context.close();
        }
    }

    private void cancel() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }
}
