package dev.grapevine.node.access;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** Bounds the connections of HTTP clients, in number and in time, and says in words what Netty answers by a bare status. */
@Component
class HttpConnections implements NettyServerCustomizer {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnections.class);

    private final HttpProperties properties;
    private final JsonMapper json;
    private final AtomicInteger open = new AtomicInteger();

    HttpConnections(HttpProperties properties, JsonMapper json) {
        this.properties = properties;
        this.json = json;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, remoteAddress) -> init(channel));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a connection to be closed
    private void init(Channel channel) {
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (open.incrementAndGet() > properties.maxConnections()) {
            LOG.debug("A connection too many, closed: {}", channel.remoteAddress());
            channel.close();
            return;
        }
        SlowClients patience = new SlowClients(properties);
        channel.pipeline().addBefore(NettyPipeline.HttpCodec, "grapevine.bytes", patience.bytes());
        channel.pipeline().addAfter(NettyPipeline.HttpCodec, "grapevine.requests", patience.requests());
        channel.pipeline().addAfter(NettyPipeline.HttpCodec, "grapevine.errors", new BareErrors(json));
    }
}
