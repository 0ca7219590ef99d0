package dev.grapevine.node.registry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;

/** Lookups as metrics: what is remembered, what waits, and how long it takes. */
final class LookupMetrics implements MeterBinder {

    /** Upper ends of the buckets; what takes longer is counted beyond the last. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(200_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Lookups lookups;
    private final LookupMemory memory;

    LookupMetrics(Lookups lookups, LookupMemory memory) {
        this.lookups = lookups;
        this.memory = memory;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("grapevine.lookup.memory", memory, LookupMemory::bytes)
                .baseUnit("bytes")
                .description("Answers to lookups that are remembered: what they take outside the heap")
                .register(meters);
        Gauge.builder("grapevine.lookup.memory.limit", memory, LookupMemory::maxBytes)
                .baseUnit("bytes")
                .description("Answers to lookups: how much may be remembered; beyond, those read longest ago go")
                .register(meters);
        Gauge.builder("grapevine.lookup.memory.answers", memory, LookupMemory::size)
                .description("Answers to lookups that are remembered")
                .register(meters);
        asked(meters, "hit", FunctionCounter.builder("grapevine.lookup.memory.asked", memory, LookupMemory::hits));
        asked(meters, "miss", FunctionCounter.builder("grapevine.lookup.memory.asked", memory, LookupMemory::misses));
        RegistryMetrics.worker(
                meters,
                "grapevine.lookup.check",
                "lookups",
                "Lookups' questions of what was changed",
                lookups.checks());
        RegistryMetrics.worker(
                meters, "grapevine.lookup.read", "lookups", "Lookups of what is not remembered", lookups.reads());
    }

    private static void asked(MeterRegistry meters, String outcome, FunctionCounter.Builder<?> counter) {
        counter.tag("outcome", outcome)
                .description("Usernames that were looked for in memory, by whether they were there")
                .register(meters);
    }

    /** @param from where the answer is from: {@code memory} or {@code database} */
    static Timer latency(MeterRegistry meters, String from) {
        return Timer.builder("grapevine.lookup.latency")
                .tag("from", from)
                .description("Lookups of one username, from their arrival until the answer is there")
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }
}
