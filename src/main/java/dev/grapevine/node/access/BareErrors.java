package dev.grapevine.node.access;

import dev.grapevine.node.problem.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/**
 * What cannot even be read as HTTP never gets as far as {@link Problems}: this answers it by a problem and closes the
 * connection in two steps (RFC 9112 §9.6): at once for what would be sent, and a little later for what comes. Were it closed with
 * something unread in it, the client's system would throw the answer away. Where an earlier request of the connection still waits for its answer, Netty's own handler is left to keep
 * the order, and its bare status is given a body.
 */
final class BareErrors extends ChannelDuplexHandler {

    private static final int ERRORS = 400;

    /** The client has this long to read its answer and to close the connection itself. */
    private static final long LINGER_SECONDS = 2;

    private final JsonMapper json;
    private int unanswered;

    BareErrors(JsonMapper json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            Throwable failure = request.decoderResult().cause();
            if (failure != null && unanswered == 0) {
                ReferenceCountUtil.release(message);
                context.writeAndFlush(problem(new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1, status(failure), Unpooled.EMPTY_BUFFER)))
                        .addListener(sent -> linger(context));
                return;
            }
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    /** Netty's decoder, which has met what it cannot read, drops all that follows, and goes on reading. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a connection to be closed
    private static void linger(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
            context.read();
        }
        context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private static HttpResponseStatus status(Throwable failure) {
        return switch (failure) {
            case TooLongHttpLineException e -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException e -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells how it went
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent && !isInformational(message)) {
            unanswered--;
        }
        if (message instanceof FullHttpResponse response && isBare(response)) {
            context.write(problem(response), promise);
            response.release();
        } else {
            context.write(message, promise);
        }
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private static boolean isBare(FullHttpResponse response) {
        return response.status().code() >= ERRORS
                && !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)
                && response.headers().contains(HttpHeaderNames.CONNECTION, "close", true);
    }

    private FullHttpResponse problem(FullHttpResponse bare) {
        HttpStatusCode status = HttpStatusCode.valueOf(bare.status().code());
        ProblemType type = ProblemType.of(status);
        ProblemDetail problem = type.problem("The request is not HTTP that this node can read.");
        problem.setInstance(type.uri()); // the request's own path is not known
        byte[] body = json.writeValueAsBytes(problem);
        FullHttpResponse response = new DefaultFullHttpResponse(
                bare.protocolVersion(),
                bare.status(),
                Unpooled.wrappedBuffer(body),
                bare.headers(),
                bare.trailingHeaders());
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
