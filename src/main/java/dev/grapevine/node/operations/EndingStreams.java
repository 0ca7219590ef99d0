package dev.grapevine.node.operations;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Ends streams of server-sent events when the node begins to stop: they never end by themselves, and the stop would wait for
 * them. Their readers connect anew, to another instance or later.
 */
final class EndingStreams implements WebFilter, Ordered {

    private static final String EVENTS = "text/event-stream";
    private static final String STREAM = "/stream";

    private final Sinks.Empty<Void> stopping = Sinks.empty();

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Mono<Void> answer = chain.filter(exchange);
        return isStream(exchange.getRequest()) ? answer.takeUntilOther(stopping.asMono()) : answer;
    }

    private static boolean isStream(ServerHttpRequest request) {
        String accepted = request.getHeaders().getFirst(HttpHeaders.ACCEPT);
        return (accepted != null && accepted.contains(EVENTS))
                || request.getPath().value().endsWith(STREAM);
    }

    /** Comes before anything is stopped. */
    @EventListener
    void stop(ContextClosedEvent event) {
        stopping.tryEmitEmpty();
    }
}
