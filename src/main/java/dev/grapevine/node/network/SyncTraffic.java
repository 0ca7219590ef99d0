package dev.grapevine.node.network;

import dev.grapevine.node.network.SyncMessages.Request;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * What catch-up costs: bytes of the streams that this node opened, in both directions; how comparisons went, and what came of the
 * bodies that were asked for.
 */
final class SyncTraffic {

    private final Counts<Request.Kind> bytes = new Counts<>(Request.Kind.class);
    private final LongAdder comparisons = new LongAdder();
    private final LongAdder failedComparisons = new LongAdder();
    private final LongAdder comparisonNanos = new LongAdder();
    private final LongAdder shorterHeads = new LongAdder();
    private final Counts<BodyOutcome> bodies = new Counts<>(BodyOutcome.class);

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

    /** A stream is over. */
    void carried(Request request, long streamBytes) {
        bytes.add(request.kind(), streamBytes);
    }

    void compared(Duration took) {
        comparisons.increment();
        comparisonNanos.add(took.toNanos());
    }

    void comparisonFailed() {
        failedComparisons.increment();
    }

    long bytes(Request.Kind kind) {
        return bytes.of(kind);
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
        bodies.add(outcome, count);
    }

    long bodies(BodyOutcome outcome) {
        return bodies.of(outcome);
    }
}
