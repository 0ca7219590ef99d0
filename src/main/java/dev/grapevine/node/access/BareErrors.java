package dev.grapevine.node.access;

import dev.grapevine.node.problem.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/**
 * What cannot even be read as HTTP never gets as far as {@link Problems}: Netty answers a bare status and closes the
 * connection. This gives it the body of a problem.
 */
final class BareErrors extends ChannelOutboundHandlerAdapter {

    private static final int ERRORS = 400;

    private final JsonMapper json;

    BareErrors(JsonMapper json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells how it went
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof FullHttpResponse response && isBare(response)) {
            context.write(problem(response), promise);
            response.release();
        } else {
            context.write(message, promise);
        }
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
                .set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
