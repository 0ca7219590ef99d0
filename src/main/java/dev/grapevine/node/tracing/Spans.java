package dev.grapevine.node.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Times pieces of work as spans of the traces that they are part of. Costs nothing while no spans are wanted. */
public final class Spans {

    private static final Spans OFF = new Spans(OpenTelemetry.noop().getTracer(""), false);

    private final Tracer tracer;
    private final boolean wanted;

    private Spans(Tracer tracer, boolean wanted) {
        this.tracer = tracer;
        this.wanted = wanted;
    }

    /** Spans that somebody collects. */
    public static Spans of(Tracer tracer) {
        return new Spans(tracer, true);
    }

    /** No spans. */
    public static Spans off() {
        return OFF;
    }

    /** Whether a span is worth its making. */
    public boolean wanted() {
        return wanted;
    }

    /** Begins the span of a request that came from outside; the caller ends it. */
    public Span request(String name, SpanContext parent) {
        return start(name, parent, SpanKind.SERVER, 0);
    }

    /** Times work that belongs to several traces at once: a span in each. */
    public <T> Mono<T> around(String name, Collection<SpanContext> parents, Mono<T> work) {
        if (!wanted || parents.isEmpty()) {
            return work;
        }
        return Mono.defer(() -> {
            List<Span> spans = parents.stream()
                    .map(parent -> start(name, parent, SpanKind.INTERNAL, 0))
                    .toList();
            return work.doOnError(error -> spans.forEach(span -> fail(span, error)))
                    .doFinally(end -> spans.forEach(Span::end));
        });
    }

    /**
     * Records work that is done, and of which only its result told what trace it belongs to.
     *
     * @param startMillis when it began, milliseconds since 1970
     */
    public void record(String name, Collection<SpanContext> parents, long startMillis) {
        if (wanted) {
            parents.forEach(parent ->
                    start(name, parent, SpanKind.CONSUMER, startMillis).end());
        }
    }

    /** Marks a span as failed. */
    public static void fail(Span span, @Nullable Throwable error) {
        span.setStatus(StatusCode.ERROR, error == null ? "" : error.getClass().getSimpleName());
    }

    private Span start(String name, SpanContext parent, SpanKind kind, long startMillis) {
        var builder = tracer.spanBuilder(name)
                .setParent(Context.root().with(Span.wrap(parent)))
                .setSpanKind(kind);
        if (startMillis > 0) {
            builder.setStartTimestamp(startMillis, TimeUnit.MILLISECONDS);
        }
        return builder.startSpan();
    }
}
