package dev.grapevine.node.credential.jsonschema;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** When an application of a schema must have ended: by the time that its thread has worked, for that it had to wait is not the schema's doing. */
final class Deadline {

    /** One that never comes, for schemas of the standard itself. */
    static final Deadline NONE = new Deadline(() -> 0, () -> 0, 1);

    private final LongSupplier nanoTime;
    private final LongSupplier workTime;
    private final long start;
    private final long workStart;
    private final long millis;

    /**
     * @param nanoTime by which time is measured; asked first, for it is asked faster
     * @param workTime the time for which this thread has worked, in nanoseconds
     */
    Deadline(LongSupplier nanoTime, LongSupplier workTime, long millis) {
        this.nanoTime = nanoTime;
        this.workTime = workTime;
        this.start = nanoTime.getAsLong();
        this.workStart = workTime.getAsLong();
        this.millis = millis;
    }

    /** @throws LimitException when it has come */
    void check() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        if (nanoTime.getAsLong() - start >= nanos && workTime.getAsLong() - workStart >= nanos) {
            throw new LimitException("takes longer than " + millis + " ms");
        }
    }
}
