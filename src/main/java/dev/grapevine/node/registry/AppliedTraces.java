package dev.grapevine.node.registry;

import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.tracing.LineBudget;
import dev.grapevine.node.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that events of other nodes have been applied, with the trace of the request that brought them there. One
 * line a trace, however many events it brought, and no more lines than {@link LineBudget} has; the others are for debugging.
 */
final class AppliedTraces {

    private static final Logger LOG = LoggerFactory.getLogger(AppliedTraces.class);

    /** Traces that have had their line; beyond, the oldest are forgotten, and may have another. */
    static final int MAX_REMEMBERED = 1_024;

    private final LineBudget lines;
    private final Map<String, Boolean> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    AppliedTraces(Clock clock) {
        this.lines = new LineBudget(clock);
    }

    /** Called by one thread at a time, after the commit. */
    void log(List<LogEntry> appended) {
        for (LogEntry entry : appended) {
            entry.trace().ifPresent(trace -> log(entry, trace));
        }
    }

    private void log(LogEntry entry, SpanContext trace) {
        boolean first = told.put(trace.getTraceId(), true) == null;
        OptionalLong line = first ? lines.take() : OptionalLong.empty();
        if (line.isPresent()) {
            String others = LineBudget.andOthers(line.getAsLong());
            Traces.log(trace, () -> LOG.info("Applied event {} of {}{}", sequence(entry), issuer(entry), others));
        } else if (LOG.isDebugEnabled()) {
            Traces.log(trace, () -> LOG.debug("Applied event {} of {}", sequence(entry), issuer(entry)));
        }
    }

    boolean remembers(String traceId) {
        return told.containsKey(traceId);
    }

    private static long sequence(LogEntry entry) {
        return entry.event().sequence();
    }

    private static String issuer(LogEntry entry) {
        return entry.event().issuer().did();
    }
}
