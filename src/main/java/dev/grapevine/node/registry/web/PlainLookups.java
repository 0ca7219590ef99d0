package dev.grapevine.node.registry.web;

import static org.springframework.http.HttpHeaders.CACHE_CONTROL;
import static org.springframework.http.HttpHeaders.CONTENT_LENGTH;
import static org.springframework.http.HttpHeaders.CONTENT_TYPE;
import static org.springframework.http.HttpHeaders.ETAG;

import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Answer;
import dev.grapevine.node.registry.Lookups;
import dev.grapevine.node.registry.Registry;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * The short way for what is asked most: GET of a username that is known, with nothing unusual about it, is answered in front
 * of Reactor Netty and the framework, whose ways cost many times what the answer does. Whatever is unusual, and whatever
 * goes wrong, takes the ordinary way to {@link LookupController}, which would have answered the same. Where the operator has the
 * framework believe what proxies say of a request, all take that way.
 */
@Component
final class PlainLookups implements NettyServerCustomizer, SmartLifecycle {

    private static final String PATH = "/api/v1/profiles/";

    /** What these ask for is done by the framework. */
    private static final List<AsciiString> UNUSUAL = List.of(
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING);

    /** Others may be right as well (RFC 3986 §3.2.2), or are to be refused (RFC 9112 §3.2). */
    private static final Pattern PLAIN_HOST = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?");

    private final Lookups lookups;
    private final Registry registry;
    private final LookupJson json;
    private final BiFunction<Channel, HttpRequest, Optional<HttpHeaders>> edge;
    private final boolean believesProxies;
    private final MeterRegistry meters;
    private final Timer answered;
    private final Timer notModified;
    private final Phaser underWay = new Phaser(1);
    private volatile boolean running;

    /** @param edge what the header of an answer to a public request begins with, if it may be answered here */
    PlainLookups(
            Lookups lookups,
            Registry registry,
            LookupJson json,
            BiFunction<Channel, HttpRequest, Optional<HttpHeaders>> edge,
            ServerProperties server,
            Environment environment,
            MeterRegistry meters) {
        this.lookups = lookups;
        this.registry = registry;
        this.json = json;
        this.edge = edge;
        this.believesProxies = believesProxies(server.getForwardHeadersStrategy(), environment);
        this.meters = meters;
        this.answered = timer(HttpResponseStatus.OK, "SUCCESS");
        this.notModified = timer(HttpResponseStatus.NOT_MODIFIED, "REDIRECTION");
    }

    /** As the framework decides it. */
    private static boolean believesProxies(@Nullable ForwardHeadersStrategy strategy, Environment environment) {
        CloudPlatform platform = CloudPlatform.getActive(environment);
        return strategy == null
                ? platform != null && platform.isUsingForwardHeaders()
                : strategy != ForwardHeadersStrategy.NONE;
    }

    /** The framework's own meter, so that requests count together whichever way they took. */
    private Timer timer(HttpResponseStatus status, String outcome) {
        return meters.timer(
                "http.server.requests",
                Tags.of(
                        "error",
                        "none",
                        "exception",
                        "none",
                        "method",
                        "GET",
                        "outcome",
                        outcome,
                        "status",
                        status.codeAsText().toString(),
                        "uri",
                        PATH + "{username}"));
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return believesProxies
                ? server
                : server.doOnChannelInit((observer, channel, address) -> channel.pipeline()
                        .addBefore(
                                NettyPipeline.HttpTrafficHandler, "grapevine.lookups", new PlainLookupHandler(this)));
    }

    @Override
    public void start() {
        running = true;
    }

    /** Comes before the server's own stop, which does not know of the requests that are answered here. */
    @Override
    public void stop() {
        running = false;
        underWay.arriveAndAwaitAdvance();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The username that is asked for, if it is plainly that; null for every other request. */
    @Nullable
    String username(HttpRequest request) {
        String path = request.uri();
        if (!running
                || !HttpMethod.GET.equals(request.method())
                || !path.startsWith(PATH)
                || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                || request.decoderResult().isFailure()
                || !HttpUtil.isKeepAlive(request)) {
            return null;
        }
        String username = path.substring(PATH.length());
        return Usernames.isValid(username) && isPlain(request.headers()) ? username : null;
    }

    private static boolean isPlain(HttpHeaders headers) {
        for (AsciiString name : UNUSUAL) {
            if (headers.contains(name)) {
                return false;
            }
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        String accept = headers.get(HttpHeaderNames.ACCEPT);
        return hosts.size() == 1
                && PLAIN_HOST.matcher(hosts.getFirst()).matches()
                && (accept == null
                        || accept.equals(MediaType.ALL_VALUE)
                        || accept.equals(MediaType.APPLICATION_JSON_VALUE));
    }

    /** What to answer; empty where that is the framework's matter. */
    Mono<FullHttpResponse> answer(String username, HttpRequest request, Channel channel) {
        Timer.Sample sample = Timer.start(meters);
        underWay.register();
        return lookups.find(username, channel.eventLoop())
                .filter(Answer::isKnown)
                .mapNotNull(answer -> edge.apply(channel, request)
                        .map(headers -> response(username, request, answer, headers))
                        .orElse(null))
                .doOnNext(response ->
                        sample.stop(HttpResponseStatus.OK.equals(response.status()) ? answered : notModified))
                .onErrorComplete();
    }

    /** To be called when an answer has been sent, or will not be. */
    void done() {
        underWay.arriveAndDeregister();
    }

    private FullHttpResponse response(String username, HttpRequest request, Answer answer, HttpHeaders headers) {
        Snapshot state = registry.state();
        String tag = LookupController.tag(answer, state);
        headers.set(ETAG, tag);
        headers.set(CACHE_CONTROL, LookupController.CACHE_CONTROL);
        if (EntityTags.matches(request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH), tag)) {
            return response(HttpResponseStatus.NOT_MODIFIED, Unpooled.EMPTY_BUFFER, headers);
        }
        byte[] body = json.write(username, state, answer);
        headers.set(CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        headers.setInt(CONTENT_LENGTH, body.length);
        return response(HttpResponseStatus.OK, Unpooled.wrappedBuffer(body), headers);
    }

    private static FullHttpResponse response(HttpResponseStatus status, ByteBuf body, HttpHeaders headers) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body, headers, EmptyHttpHeaders.INSTANCE);
    }
}
