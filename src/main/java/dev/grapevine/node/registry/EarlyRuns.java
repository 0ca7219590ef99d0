package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Runs that are too far ahead of the clock, held until they are not. Bounded in bytes: whatever would be ready last is
 * dropped first, so events of the year 2076 push nobody out, and what is ready much later is not held at all: it would be somebody's data in
 * memory for years. Whatever is not held is pulled later. Safe for use by several threads.
 */
final class EarlyRuns {

    static final int MAX_BYTES = 1024 * 1024;

    /** What is ready later than that is not held. */
    static final Duration MAX_WAIT = Duration.ofHours(1);

    /** @param readyAtMillis when to judge it again, milliseconds since 1970 */
    record Held(List<LogEntry> entries, PeerId from, long readyAtMillis) {
        int bytes() {
            return entries.stream().mapToInt(LogEntry::messageBytes).sum();
        }

        private String name() {
            return entries.getFirst().event().hash().hex();
        }
    }

    private final TreeSet<Held> held =
            new TreeSet<>(Comparator.comparingLong(Held::readyAtMillis).thenComparing(Held::name));
    private int bytes;

    synchronized void hold(Held run, long nowMillis) {
        if (run.readyAtMillis - nowMillis > MAX_WAIT.toMillis()) {
            return;
        }
        if (held.add(run)) {
            bytes += run.bytes();
        }
        while (bytes > MAX_BYTES) {
            bytes -= held.removeLast().bytes();
        }
    }

    /** Takes out what is ready now. */
    synchronized List<Held> ready(long nowMillis) {
        List<Held> ready = new ArrayList<>();
        while (!held.isEmpty() && held.getFirst().readyAtMillis() <= nowMillis) {
            Held run = held.removeFirst();
            bytes -= run.bytes();
            ready.add(run);
        }
        return ready;
    }

    synchronized int bytes() {
        return bytes;
    }
}
