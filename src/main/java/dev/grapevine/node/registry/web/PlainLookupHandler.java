package dev.grapevine.node.registry.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The lookups of one connection that are answered by {@link PlainLookups}. Answers keep the order of the requests: a lookup that
 * comes while others wait for the framework goes there too, and what comes while a lookup is answered waits, no more than one
 * reading of the socket. Runs on the connection's event loop.
 */
final class PlainLookupHandler extends ChannelDuplexHandler {

    private final PlainLookups lookups;
    private final Queue<Object> waiting = new ArrayDeque<>();

    /** Whose end has not come yet; of a GET without a body it is the next message. */
    private @Nullable Lookup asked;

    private boolean answering;
    private int unanswered;

    private record Lookup(HttpRequest request, String username) {}

    PlainLookupHandler(PlainLookups lookups) {
        this.lookups = lookups;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (answering) {
            waiting.add(message);
            return;
        }
        Lookup lookup = asked;
        if (lookup != null) {
            asked = null;
            if (LastHttpContent.EMPTY_LAST_CONTENT.equals(message)) {
                answer(context, lookup);
                return;
            }
            pass(context, lookup.request);
        } else if (message instanceof HttpRequest request && unanswered == 0) {
            String username = lookups.username(request);
            if (username != null) {
                asked = new Lookup(request, username);
                return;
            }
        }
        pass(context, message);
    }

    /** The ordinary way. */
    private void pass(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    private void answer(ChannelHandlerContext context, Lookup lookup) {
        answering = true;
        lookups.answer(lookup.username, lookup.request, context.channel())
                .singleOptional()
                .subscribe(response -> {
                    if (context.executor().inEventLoop()) {
                        answered(context, lookup, response);
                    } else {
                        context.executor().execute(() -> answered(context, lookup, response));
                    }
                });
    }

    private void answered(ChannelHandlerContext context, Lookup lookup, Optional<FullHttpResponse> response) {
        if (response.isPresent()) {
            context.writeAndFlush(response.get()).addListener(sent -> next(context));
        } else {
            pass(context, lookup.request);
            pass(context, LastHttpContent.EMPTY_LAST_CONTENT);
            context.fireChannelReadComplete();
            next(context);
        }
    }

    private void next(ChannelHandlerContext context) {
        lookups.done();
        answering = false;
        while (!answering && !waiting.isEmpty()) {
            channelRead(context, waiting.remove());
        }
        if (!answering && unanswered == 0) {
            context.read();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells how it went
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean informational = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof LastHttpContent && !informational) {
            unanswered--;
        }
        context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        context.fireChannelInactive();
    }
}
