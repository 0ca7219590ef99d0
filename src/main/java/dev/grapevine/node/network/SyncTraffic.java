package dev.grapevine.node.network;

import dev.grapevine.node.network.SyncMessages.Request;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What catch-up costs: bytes of the streams that this node opened, in both directions, and how comparisons went. */
final class SyncTraffic {

    private final Map<Request.Kind, LongAdder> bytes = new EnumMap<>(Request.Kind.class);
    private final LongAdder comparisons = new LongAdder();
    private final LongAdder failedComparisons = new LongAdder();
    private final LongAdder comparisonNanos = new LongAdder();

    SyncTraffic() {
        for (Request.Kind kind : Request.Kind.values()) {
            bytes.put(kind, new LongAdder());
        }
    }

    /** A stream is over. */
    void carried(Request request, long streamBytes) {
        ofKind(request.kind()).add(streamBytes);
    }

    void compared(Duration took) {
        comparisons.increment();
        comparisonNanos.add(took.toNanos());
    }

    void comparisonFailed() {
        failedComparisons.increment();
    }

    long bytes(Request.Kind kind) {
        return ofKind(kind).sum();
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

    private LongAdder ofKind(Request.Kind kind) {
        LongAdder adder = bytes.get(kind);
        if (adder == null) {
            throw new IllegalStateException("no count of " + kind);
        }
        return adder;
    }
}
