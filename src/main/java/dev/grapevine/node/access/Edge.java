package dev.grapevine.node.access;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * What every request passes first, in one filter because each costs: security headers, CORS (so that pages of other origins can
 * read every answer, refusals too), and the limit for those who show no key. Public requests without a key then pass Spring
 * Security by; the others meet it next, and behind it the limit of their key.
 */
@Component
@Order(Edge.ORDER)
class Edge implements WebFilter {

    /** Before Spring Security, at -100; after whatever must see each request, such as correlation ids. */
    static final int ORDER = -200;

    static final String SCHEME = "Bearer ";

    private static final long PREFLIGHT_SECONDS = 3600;
    private static final CorsConfiguration CLOSED = new CorsConfiguration();
    private static final List<String> EXPOSED = List.of(
            HttpHeaders.ETAG,
            HttpHeaders.LINK,
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            "RateLimit",
            "RateLimit-Policy",
            "traceresponse");
    private static final String EXPOSED_TEXT = String.join(", ", EXPOSED);

    private final ApplicationContext api;
    private final RateLimiter limiter;
    private final Problems problems;
    private final CorsConfiguration open = new CorsConfiguration();
    private final CorsProcessor cors = new DefaultCorsProcessor();

    Edge(RateLimiter limiter, Problems problems, AccessProperties properties, ApplicationContext api) {
        this.api = api;
        this.limiter = limiter;
        this.problems = problems;
        open.setAllowedOrigins(properties.cors().allowedOrigins());
        open.setAllowedMethods(List.of("GET", "HEAD", "POST"));
        open.setAllowedHeaders(List.of("Accept", "Authorization", "Content-Type", "If-None-Match", "traceparent"));
        open.setMaxAge(PREFLIGHT_SECONDS);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        Routes.Route route = Routes.of(request);
        HttpHeaders headers = exchange.getResponse().getHeaders();
        Caller caller = Caller.of(request);
        SecurityHeaders.write(caller.secure(), headers, route);
        if (!api.equals(exchange.getApplicationContext())) {
            return chain.filter(exchange); // Health and metrics have a context, and a port, of their own.
        }
        if (CorsUtils.isPreFlightRequest(request)) {
            cors.process(preflight(request), exchange);
            return exchange.getResponse().setComplete();
        }
        if (route.isPublic()) {
            share(caller.headers(), headers);
        }
        if (!showsToken(caller.headers()) && !limiter.admit(caller, headers, route.cost())) {
            return problems.handle(exchange, RateLimiter.refusal(exchange));
        }
        return chain.filter(exchange);
    }

    /**
     * The same for a request that is answered in front of all filters: does what this filter would have done, if it would have let the
     * request pass as one that is public and has no token.
     *
     * @return what its answer's header begins with; empty if the request is to go on to the filters, and nothing was done
     */
    Optional<io.netty.handler.codec.http.HttpHeaders> admit(Channel channel, HttpRequest request) {
        Routes.Route route =
                Routes.of(HttpMethod.valueOf(request.method().name()), PathContainer.parsePath(request.uri()));
        Caller caller = new Caller(
                (InetSocketAddress) channel.remoteAddress(),
                new HttpHeaders(new Netty4HeadersAdapter(request.headers())),
                channel.pipeline().get(SslHandler.class) != null);
        if (!route.isPublic() || showsToken(caller.headers()) || !limiter.hasLeft(caller)) {
            return Optional.empty();
        }
        io.netty.handler.codec.http.HttpHeaders answer = new DefaultHttpHeaders();
        HttpHeaders headers = new HttpHeaders(new Netty4HeadersAdapter(answer));
        SecurityHeaders.write(caller.secure(), headers, route);
        share(caller.headers(), headers);
        return limiter.admit(caller, headers, route.cost()) ? Optional.of(answer) : Optional.empty();
    }

    /** Whether there is a bearer token, right or wrong. */
    static boolean showsToken(HttpHeaders request) {
        String header = request.getFirst(HttpHeaders.AUTHORIZATION);
        return header != null && isBearer(header);
    }

    /** RFC 9110 §11.1: the scheme's case does not matter. */
    static boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length() - 1);
    }

    private CorsConfiguration preflight(ServerHttpRequest request) {
        HttpMethod method = request.getHeaders().getAccessControlRequestMethod();
        PathContainer path = request.getPath().pathWithinApplication();
        return method != null && Routes.of(method, path).isPublic() ? open : CLOSED;
    }

    /** Lets pages of other origins read the answer. Other requests are not refused: without a cookie there is nothing to forge. */
    private void share(HttpHeaders request, HttpHeaders headers) {
        headers.setVary(List.of(HttpHeaders.ORIGIN));
        String origin = request.getFirst(HttpHeaders.ORIGIN);
        String allowed = origin == null ? null : open.checkOrigin(origin);
        if (allowed != null) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_TEXT);
        }
    }
}
