package dev.grapevine.node.registry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How often each verdict was given; a metric each from its first time on. */
final class VerdictCounts implements MeterBinder {

    private final Map<Verdict, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    Verdict count(Verdict verdict) {
        counts.computeIfAbsent(verdict, this::first).increment();
        return verdict;
    }

    private LongAdder first(Verdict verdict) {
        LongAdder count = new LongAdder();
        MeterRegistry known = registry;
        if (known != null) {
            register(known, verdict, count);
        }
        return count;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        registry = meters;
        counts.forEach((verdict, count) -> register(meters, verdict, count));
    }

    private static void register(MeterRegistry meters, Verdict verdict, LongAdder count) {
        FunctionCounter.builder("grapevine.intake.verdicts", count, LongAdder::sum)
                .description("Runs of events that peers gossiped, by what was said of them")
                .tag("verdict", verdict.kind().name().toLowerCase(Locale.ROOT))
                .tag("reason", verdict.reason().replace(' ', '-'))
                .register(meters);
    }
}
