package dev.grapevine.node.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.MDC;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Where a trace stands: in a reactive chain, in a log line, on the wire between nodes. */
public final class Traces {

    /** On the wire: 16 bytes trace id, 8 bytes parent id, 1 byte flags (W3C Trace Context, section 3.2.2). */
    public static final int BYTES = 25;

    private static final int TRACE_ID_BYTES = 16;
    private static final int FLAGS_AT = 24;
    private static final Class<SpanContext> KEY = SpanContext.class;

    /** The names of a trace's and a span's id in log lines. */
    private static final String TRACE_ID = "traceId";

    private Traces() {}

    /** The trace that a reactive chain runs in, if any. */
    public static Optional<SpanContext> of(ContextView chain) {
        return chain.getOrEmpty(KEY);
    }

    /** For {@code contextWrite}: what is upstream runs in this trace. */
    public static Context put(Context chain, SpanContext trace) {
        return chain.put(KEY, trace);
    }

    /** Writes lines of the log that bear the trace's id. */
    public static void log(SpanContext trace, Runnable lines) {
        MDC.put(TRACE_ID, trace.getTraceId());
        try {
            lines.run();
        } finally {
            MDC.remove(TRACE_ID);
        }
    }

    /** The trace as it travels. Its {@code tracestate}, which may hold anything, stays at home. */
    public static byte[] encode(SpanContext trace) {
        return ByteBuffer.allocate(BYTES)
                .put(trace.getTraceIdBytes())
                .put(trace.getSpanIdBytes())
                .put(trace.getTraceFlags().asByte())
                .array();
    }

    /** Reads what {@link #encode} made; anything else is no trace, and no error either. */
    public static Optional<SpanContext> decode(byte[] bytes) {
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        return Optional.of(SpanContext.createFromRemoteParent(
                        TraceId.fromBytes(bytes),
                        SpanId.fromBytes(Arrays.copyOfRange(bytes, TRACE_ID_BYTES, FLAGS_AT)),
                        TraceFlags.fromByte(bytes[FLAGS_AT]),
                        TraceState.getDefault()))
                .filter(SpanContext::isValid);
    }
}
