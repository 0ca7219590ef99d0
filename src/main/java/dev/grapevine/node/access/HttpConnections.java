package dev.grapevine.node.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** Bounds the connections to one port, in number and in time, and says in words what Netty answers by a bare status. */
@Component
class HttpConnections implements NettyServerCustomizer {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnections.class);

    private final HttpProperties properties;
    private final JsonMapper json;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    /** The connections to the API. */
    @Autowired
    HttpConnections(HttpProperties properties, JsonMapper json, MeterRegistry meters) {
        this(properties, json, meters, "api");
    }

    /** @param port its name in metrics */
    HttpConnections(HttpProperties properties, JsonMapper json, MeterRegistry meters, String port) {
        this.properties = properties;
        this.json = json;
        Gauge.builder("grapevine.http.connections", open, AtomicInteger::get)
                .description("Open connections of HTTP clients")
                .tag("port", port)
                .register(meters);
        Gauge.builder("grapevine.http.connections.limit", properties, HttpProperties::maxConnections)
                .description("Connections of HTTP clients: how many may be open; more are closed as they come")
                .tag("port", port)
                .register(meters);
        this.refused = Counter.builder("grapevine.http.connections.refused")
                .description("Connections of HTTP clients that were closed as they came, for too many were open")
                .tag("port", port)
                .register(meters);
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, remoteAddress) -> init(channel));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a connection to be closed
    private void init(Channel channel) {
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (open.incrementAndGet() > properties.maxConnections()) {
            refused.increment();
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
