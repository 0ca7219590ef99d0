package dev.grapevine.libp2p.quic;

import java.util.concurrent.TimeUnit;

/**
 * How many streams of one connection may be reset, by either side. Pure: the time is given.
 *
 * <p>A burst is allowed, and after it a rate, which ordinary peers stay far below. Since Netty keeps a few kilobytes for
 * each reset stream until its connection ends, there is also a limit for the connection's whole life; at the allowed
 * rate it takes hours to get there, and then a fresh connection takes the place of this one.
 */
final class ResetBudget {

    /** So many streams may be reset at once. */
    static final int BURST_STREAMS = 1024;

    /** So fast the burst comes back. */
    static final int STREAMS_PER_SECOND = 1;

    /** So many streams may be reset before the connection is worn out: some tens of megabytes. */
    static final int MAX_STREAMS = 10_000;

    private static final long NANOS_PER_STREAM = TimeUnit.SECONDS.toNanos(1) / STREAMS_PER_SECOND;

    /** Where the burst is used up, the time at which it will be there again; else any time before now. */
    private long fullAtNanos;

    private int resets;

    ResetBudget(long nowNanos) {
        fullAtNanos = nowNanos;
    }

    enum Outcome {
        FINE,
        /** Nobody resets so many streams in good faith. */
        TOO_FAST,
        /** The connection has kept enough. */
        WORN_OUT
    }

    /** Counts one reset stream. */
    Outcome count(long nowNanos) {
        resets++;
        fullAtNanos = (fullAtNanos - nowNanos < 0 ? nowNanos : fullAtNanos) + NANOS_PER_STREAM;
        if (fullAtNanos - nowNanos > BURST_STREAMS * NANOS_PER_STREAM) {
            return Outcome.TOO_FAST;
        }
        return resets >= MAX_STREAMS ? Outcome.WORN_OUT : Outcome.FINE;
    }
}
