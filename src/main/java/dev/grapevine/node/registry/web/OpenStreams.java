package dev.grapevine.node.registry.web;

import dev.grapevine.node.problem.ProblemType;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts the streams that are open, of all and of each caller. */
@Component
class OpenStreams implements MeterBinder {

    /** The most streams of a node; beyond, 503. Each may have some 2 MB on its way to a slow reader. */
    static final int MAX_STREAMS = 64;

    /** The most streams of one caller; beyond, 429. */
    static final int MAX_STREAMS_OF_A_CALLER = 8;

    /** After this a stream ends, and its reader comes again: with a key that may have been revoked. */
    static final Duration MAX_AGE = Duration.ofHours(1);

    private static final int RETRY_AFTER_SECONDS = 30;

    private final Map<String, Integer> open = new HashMap<>();
    private int all;
    private long refused;

    /**
     * A stream that counts as long as somebody reads it.
     *
     * @return an error where there are too many
     */
    <T> Flux<T> count(String caller, Flux<T> stream) {
        return Flux.using(() -> opened(caller), slot -> stream, this::closed).takeUntilOther(Mono.delay(MAX_AGE));
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("grapevine.streams", this, OpenStreams::open)
                .description("Readers that follow what changes")
                .register(meters);
        Gauge.builder("grapevine.streams.limit", () -> MAX_STREAMS)
                .description("Readers that follow what changes: how many there may be; beyond, they are refused")
                .register(meters);
        FunctionCounter.builder("grapevine.streams.refused", this, OpenStreams::refused)
                .description("Readers that were refused, for there were too many of all or of their key")
                .register(meters);
    }

    synchronized int open() {
        return all;
    }

    synchronized long refused() {
        return refused;
    }

    private synchronized String opened(String caller) {
        if (all >= MAX_STREAMS) {
            refused++;
            throw refusal(ProblemType.SERVICE_UNAVAILABLE, "The node serves as many streams as it can.");
        }
        if (open.getOrDefault(caller, 0) >= MAX_STREAMS_OF_A_CALLER) {
            refused++;
            throw refusal(
                    ProblemType.TOO_MANY_REQUESTS,
                    "A caller may have " + MAX_STREAMS_OF_A_CALLER + " streams open at once.");
        }
        all++;
        open.merge(caller, 1, Integer::sum);
        return caller;
    }

    private synchronized void closed(String caller) {
        all--;
        open.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
    }

    private static ErrorResponseException refusal(ProblemType type, String detail) {
        return type.exception(detail, RETRY_AFTER_SECONDS);
    }
}
