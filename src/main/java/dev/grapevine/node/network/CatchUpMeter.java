package dev.grapevine.node.network;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/** How fast catch-up goes, and when it may be over; says so for the log now and then. Pure. */
final class CatchUpMeter {

    /** The rate is that of so long a time. */
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** Nothing is said of what takes less; and so often of what takes longer. */
    static final Duration SAY_EVERY = Duration.ofSeconds(5);

    /** With less time than this behind it, a rate says too little of when it will be over. */
    private static final Duration MIN_WINDOW = Duration.ofSeconds(5);

    private record Sample(Instant at, long applied) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private Optional<Sample> began = Optional.empty();
    private Instant nextLine = Instant.MAX;
    private double eventsPerSecond;
    private Optional<Duration> remaining = Optional.empty();

    /**
     * Looks at the counts; to be called about once a second.
     *
     * @param applied events that were pulled and applied since the start
     * @param toGo events that are known to exist and are not held
     * @param logs logs that are behind
     * @return what to say in the log, if it is time for it
     */
    Optional<String> look(Instant now, long applied, long toGo, int logs) {
        samples.addLast(new Sample(now, applied));
        while (samples.getFirst().at().isBefore(now.minus(WINDOW))) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        Duration window = Duration.between(oldest.at(), now);
        eventsPerSecond = window.isZero() ? 0 : (applied - oldest.applied()) / (window.toNanos() / 1e9);
        remaining = toGo > 0 && eventsPerSecond > 0 && window.compareTo(MIN_WINDOW) >= 0
                ? Optional.of(Duration.ofSeconds(Math.round(toGo / eventsPerSecond)))
                : Optional.empty();
        return logs > 0 ? goingOn(now, applied, toGo, logs) : done(now, applied);
    }

    private Optional<String> goingOn(Instant now, long applied, long toGo, int logs) {
        if (began.isEmpty()) {
            began = Optional.of(new Sample(now, applied));
            nextLine = now.plus(SAY_EVERY);
        }
        if (now.isBefore(nextLine)) {
            return Optional.empty();
        }
        nextLine = now.plus(SAY_EVERY);
        String rest =
                remaining.map(left -> ", about " + left.toSeconds() + " s left").orElse("");
        return Optional.of(String.format(
                Locale.ROOT,
                "Catching up: %,d events of %,d logs to go, %,.0f events/s%s.",
                toGo,
                logs,
                eventsPerSecond,
                rest));
    }

    /** What took no time is not worth a line. */
    private Optional<String> done(Instant now, long applied) {
        Optional<String> line = began.filter(
                        start -> Duration.between(start.at(), now).compareTo(SAY_EVERY) >= 0)
                .map(start -> String.format(
                        Locale.ROOT,
                        "Caught up: %,d events in %,d s.",
                        applied - start.applied(),
                        Duration.between(start.at(), now).toSeconds()));
        began = Optional.empty();
        return line;
    }

    /** Over the last seconds. */
    double eventsPerSecond() {
        return eventsPerSecond;
    }

    /** How long it will take at this pace; empty if nothing is to go, or that cannot be said. */
    Optional<Duration> remaining() {
        return remaining;
    }
}
