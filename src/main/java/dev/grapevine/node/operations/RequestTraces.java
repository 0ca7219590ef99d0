package dev.grapevine.node.operations;

import dev.grapevine.node.tracing.LineBudget;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.tracing.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives each write of the API a trace (W3C Trace Context): the caller's where it sends a well-formed {@code traceparent}, else
 * a new one. The answer names it as {@code traceresponse}, and a line of the log says what became of the request, as long as
 * {@link LineBudget} has lines. Reads go by.
 */
final class RequestTraces implements WebFilter, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(RequestTraces.class);

    private static final String LINE = "{} {} answered {} after {} ms{}";

    private static final String API = "/api/";
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final int ERRORS = 400;
    private static final int OWN_ERRORS = 500;

    /** OpenTelemetry's semantic conventions for HTTP spans. */
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");

    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");

    private final Spans spans;
    private final RandomGenerator random;
    private final Clock clock;
    private final LineBudget lines;

    RequestTraces(Spans spans, RandomGenerator random, Clock clock) {
        this.spans = spans;
        this.random = random;
        this.clock = clock;
        this.lines = new LineBudget(clock);
    }

    /** Before security, so that what it refuses is traced as well. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (READS.contains(exchange.getRequest().getMethod())
                || !exchange.getRequest().getPath().value().startsWith(API)) {
            return chain.filter(exchange);
        }
        return Mono.defer(() -> trace(exchange, chain));
    }

    private Mono<Void> trace(ServerWebExchange exchange, WebFilterChain chain) {
        String method = exchange.getRequest().getMethod().name();
        SpanContext caller = callers(exchange.getRequest().getHeaders());
        Span span = spans.wanted() ? spans.request(method, caller) : Span.wrap(caller.isValid() ? caller : fresh());
        SpanContext trace = span.getSpanContext();
        long begin = clock.millis();
        exchange.getResponse()
                .getHeaders()
                .set(
                        "traceresponse",
                        "00-%s-%s-%s"
                                .formatted(
                                        trace.getTraceId(),
                                        trace.getSpanId(),
                                        trace.getTraceFlags().asHex()));
        Runnable end = () -> end(exchange, span, clock.millis() - begin);
        return chain.filter(exchange)
                .doOnSuccess(done -> end.run())
                .doOnCancel(end)
                // What answers errors comes after all filters.
                .doOnError(error -> exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(end)))
                .contextWrite(context -> Traces.put(context, trace));
    }

    /** The username stands in some paths, so the log and the spans show patterns. */
    private void end(ServerWebExchange exchange, Span span, long millis) {
        Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        String route = pattern == null ? API : pattern.toString();
        String method = exchange.getRequest().getMethod().name();
        HttpStatusCode answered = exchange.getResponse().getStatusCode();
        int status = answered == null ? 0 : answered.value();
        span.updateName(method + " " + route);
        span.setAttribute(METHOD, method).setAttribute(ROUTE, route).setAttribute(STATUS, status);
        if (status >= OWN_ERRORS) {
            Spans.fail(span, null);
        }
        span.end();
        Traces.log(span.getSpanContext(), () -> log(method, route, status, millis));
    }

    private void log(String method, String route, int status, long millis) {
        if (status >= OWN_ERRORS) {
            LOG.warn(LINE, method, route, status, millis, "");
            return;
        }
        OptionalLong line = status < ERRORS ? lines.take() : OptionalLong.empty();
        if (line.isPresent()) {
            LOG.info(LINE, method, route, status, millis, LineBudget.andOthers(line.getAsLong()));
        } else {
            LOG.debug(LINE, method, route, status, millis, "");
        }
    }

    private static SpanContext callers(HttpHeaders headers) {
        return Span.fromContext(W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, Header.GET))
                .getSpanContext();
    }

    private SpanContext fresh() {
        return SpanContext.create(
                TraceId.fromLongs(random.nextLong(), random.nextLong() | 1), // all zero is no id
                SpanId.fromLong(random.nextLong() | 1),
                TraceFlags.getDefault(),
                TraceState.getDefault());
    }

    /** How the propagator reads Spring's headers. */
    private enum Header implements TextMapGetter<HttpHeaders> {
        GET;

        @Override
        public Iterable<String> keys(HttpHeaders headers) {
            return headers.headerNames();
        }

        @Override
        public @Nullable String get(@Nullable HttpHeaders headers, String name) {
            return headers == null ? null : headers.getFirst(name);
        }
    }
}
