package dev.grapevine.node.network;

import dev.grapevine.node.network.SyncMessages.Request;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What catch-up costs: bytes of the streams that this node opened, in both directions; how comparisons went, and what came of the
 * bodies that were asked for.
 */
final class SyncTraffic {

    private final Map<Request.Kind, LongAdder> bytes = new EnumMap<>(Request.Kind.class);
    private final LongAdder comparisons = new LongAdder();
    private final LongAdder failedComparisons = new LongAdder();
    private final LongAdder comparisonNanos = new LongAdder();
    private final LongAdder shorterHeads = new LongAdder();
    private final Map<BodyOutcome, LongAdder> bodies = new EnumMap<>(BodyOutcome.class);

    /** What came of a body that a peer was asked for. */
    enum BodyOutcome {
        /** The body. */
        FETCHED,
        /** Nothing: the peer does not have it, or withholds it. */
        ABSENT,
        /** Bytes that do not open the commitment, or that are no answer. */
        WRONG,
        /** The peer gave up. */
        FAILED
    }

    SyncTraffic() {
        for (Request.Kind kind : Request.Kind.values()) {
            bytes.put(kind, new LongAdder());
        }
        for (BodyOutcome outcome : BodyOutcome.values()) {
            bodies.put(outcome, new LongAdder());
        }
    }

    /** A stream is over. */
    void carried(Request request, long streamBytes) {
        counter(bytes, request.kind()).add(streamBytes);
    }

    void compared(Duration took) {
        comparisons.increment();
        comparisonNanos.add(took.toNanos());
    }

    void comparisonFailed() {
        failedComparisons.increment();
    }

    long bytes(Request.Kind kind) {
        return counter(bytes, kind).sum();
    }

    long comparisons() {
        return comparisons.sum();
    }

    long failedComparisons() {
        return failedComparisons.sum();
    }

    /** Of all comparisons that succeeded. */
    long comparisonNanos() {
        return comparisonNanos.sum();
    }

    /** A comparison has shown heads that end before ours. */
    void shorterHeads(int heads) {
        shorterHeads.add(heads);
    }

    long shorterHeads() {
        return shorterHeads.sum();
    }

    void bodies(BodyOutcome outcome, int count) {
        counter(bodies, outcome).add(count);
    }

    long bodies(BodyOutcome outcome) {
        return counter(bodies, outcome).sum();
    }

    private static <K> LongAdder counter(Map<K, LongAdder> counters, K key) {
        LongAdder counter = counters.get(key);
        if (counter == null) {
            throw new IllegalStateException("no count of " + key);
        }
        return counter;
    }
}
