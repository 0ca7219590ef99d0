package dev.grapevine.node.registry;

import dev.grapevine.node.sql.BatchWorker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The registry's queues and limits as metrics. */
final class RegistryMetrics implements MeterBinder {

    /** Upper ends of the buckets; what takes longer is counted beyond the last. */
    private static final Duration[] BUCKETS = LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final Publisher publisher;
    private final PostgresIntake intake;
    private final CredentialCache credentials;
    private final PostgresForks forks;
    private final CredentialFindings findings;

    RegistryMetrics(
            Publisher publisher,
            PostgresIntake intake,
            CredentialCache credentials,
            PostgresForks forks,
            CredentialFindings findings) {
        this.publisher = publisher;
        this.intake = intake;
        this.credentials = credentials;
        this.forks = forks;
        this.findings = findings;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        worker(meters, "grapevine.publish", "bytes", "Requests to change profiles", publisher.worker());
        FunctionCounter.builder("grapevine.publish.messages.dropped", publisher, Publisher::droppedMessages)
                .description("Runs that were not gossiped, for the network was too slow; peers pull them")
                .register(meters);
        worker(
                meters,
                "grapevine.intake",
                "bytes",
                "Events from peers",
                intake.queue().worker());
        worker(
                meters,
                "grapevine.credentials.find",
                "credentials",
                "Credentials that are looked for in their issuers' logs",
                findings.worker());
        Gauge.builder("grapevine.intake.aside", intake.queue(), IngestQueue::asideBytes)
                .baseUnit("bytes")
                .description("Runs that wait for events before them")
                .register(meters);
        Gauge.builder("grapevine.intake.early", intake, PostgresIntake::earlyBytes)
                .baseUnit("bytes")
                .description("Runs that are too far ahead of the clock, and wait for it")
                .register(meters);
        FunctionCounter.builder("grapevine.intake.bodies.unreadable", intake.queue(), IngestQueue::unreadableBodies)
                .description("Bodies for which their issuers vouch and that are none: no JSON, U+0000, beyond a limit")
                .register(meters);
        Gauge.builder("grapevine.issuers.forked", forks, PostgresForks::frozen)
                .description("Issuers that have forked their logs and not recovered them")
                .register(meters);
        intake.verdicts().bindTo(meters);
        Gauge.builder("grapevine.credentials.cached", credentials, CredentialCache::bytes)
                .baseUnit("bytes")
                .description("Other issuers' public credentials in memory; beyond 16 MiB those used longest ago go")
                .register(meters);
    }

    /** @param imported whether the requests are lines of a roster, which wait for those before them */
    static Timer latency(MeterRegistry meters, boolean imported) {
        return Timer.builder("grapevine.publish.latency")
                .tag("of", imported ? "import" : "request")
                .description(
                        "Requests to change profiles, from the queue until their commit; refused ones are not counted")
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    /** @param unit of the queue's weight */
    static void worker(MeterRegistry meters, String prefix, String unit, String what, BatchWorker<?> worker) {
        Gauge.builder(prefix + ".queue", worker, w -> w.stats().queued())
                .baseUnit(unit)
                .description(what + " that wait for a transaction")
                .register(meters);
        Gauge.builder(prefix + ".queue.limit", worker, BatchWorker::maxQueued)
                .baseUnit(unit)
                .description(what + ": how much may wait; what comes beyond is refused")
                .register(meters);
        FunctionCounter.builder(prefix + ".refused", worker, w -> w.stats().refused())
                .description(what + " that found the queue full")
                .register(meters);
        FunctionCounter.builder(prefix + ".batched", worker, w -> w.stats().batched())
                .description(what
                        + ": pieces that went into transactions; by the number of transactions, how large those are")
                .register(meters);
        FunctionTimer.builder(
                        prefix + ".transactions",
                        worker,
                        w -> w.stats().batches(),
                        w -> w.stats().busyNanos(),
                        TimeUnit.NANOSECONDS)
                .description(what + ": transactions, from their first statement until the commit")
                .register(meters);
    }
}
