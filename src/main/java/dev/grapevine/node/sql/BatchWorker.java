package dev.grapevine.node.sql;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Works a queue off in batches, one batch at a time: while one is with the database, the next one gathers, so batches grow
 * with the load. Both bounds are weights (bytes, or a count). Safe for use by several threads.
 */
public final class BatchWorker<T> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);

    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(5);

    /** So many items waiting are worth a batch of their own: by far the most of what a batch takes is then for the items. */
    static final int ENOUGH = 32;

    /** A rest is no longer, whatever the batch before took. */
    static final Duration MAX_REST = Duration.ofMillis(20);

    private final int maxQueued;
    private final int maxBatch;
    private final ToIntFunction<T> weight;
    private final Function<List<T>, Mono<Void>> process;
    private final boolean rests;
    private final Scheduler timer;
    private final ArrayDeque<T> queue = new ArrayDeque<>();
    private int queued;
    private boolean busy;
    private long refused;
    private long batches;
    private long batched;
    private long busyNanos;
    private long nextWarningNanos = System.nanoTime();
    private long restUntilNanos;

    /**
     * How it has been so far.
     *
     * @param queued weight that waits now
     * @param refused items that found no room
     * @param batches that are done
     * @param batched items in those
     * @param busyNanos time that those took
     */
    public record Stats(int queued, long refused, long batches, long batched, long busyNanos) {}

    /**
     * @param maxQueued the most weight that waits; an item that would go beyond it is not taken
     * @param maxBatch the most weight in one batch, which has one item at least
     * @param process does one batch; it is to answer for every item itself, whatever happens
     */
    public BatchWorker(int maxQueued, int maxBatch, ToIntFunction<T> weight, Function<List<T>, Mono<Void>> process) {
        this(maxQueued, maxBatch, weight, process, false, Schedulers.parallel());
    }

    private BatchWorker(
            int maxQueued,
            int maxBatch,
            ToIntFunction<T> weight,
            Function<List<T>, Mono<Void>> process,
            boolean rests,
            Scheduler timer) {
        this.maxQueued = maxQueued;
        this.maxBatch = maxBatch;
        this.weight = weight;
        this.process = process;
        this.rests = rests;
        this.timer = timer;
        this.restUntilNanos = timer.now(TimeUnit.NANOSECONDS);
    }

    /**
     * As the constructor, for batches that cost others much besides what is in them. After a batch of several the next one gathers for as long
     * again as that took, {@link #MAX_REST} at the most, unless {@link #ENOUGH} wait. Who sends one item after the other, or a lot at once, waits no
     * longer for it: where few send many, a batch now has those that would have been in two.
     *
     * @param timer of the rests
     */
    public static <T> BatchWorker<T> resting(
            int maxQueued,
            int maxBatch,
            ToIntFunction<T> weight,
            Function<List<T>, Mono<Void>> process,
            Scheduler timer) {
        return new BatchWorker<>(maxQueued, maxBatch, weight, process, true, timer);
    }

    /** Queues an item. @return false if there is no room: the item is not taken */
    public boolean offer(T item) {
        synchronized (this) {
            if (queued + weight.applyAsInt(item) > maxQueued) {
                refused++;
                return false;
            }
            queue.add(item);
            queued += weight.applyAsInt(item);
        }
        next();
        return true;
    }

    /** Starts the next batch, if none is under way and something waits. */
    private void next() {
        List<T> batch = new ArrayList<>();
        synchronized (this) {
            if (busy || queue.isEmpty() || (queue.size() < ENOUGH && restNanos() > 0)) {
                return;
            }
            busy = true;
            int weighed = 0;
            while (!queue.isEmpty() && (batch.isEmpty() || weighed + weight.applyAsInt(queue.peek()) <= maxBatch)) {
                T item = queue.remove();
                weighed += weight.applyAsInt(item);
                batch.add(item);
            }
            queued -= weighed;
        }
        long begin = timer.now(TimeUnit.NANOSECONDS);
        Mono.defer(() -> process.apply(batch))
                .doOnError(error -> warn(batch.size(), error))
                .onErrorComplete()
                .doFinally(end -> done(batch.size(), timer.now(TimeUnit.NANOSECONDS) - begin))
                .subscribe();
    }

    /** An outage fails every batch; the log is told now and then, or it would fill the disk. */
    private synchronized void warn(int items, Throwable error) {
        long now = System.nanoTime();
        if (now - nextWarningNanos >= 0) {
            nextWarningNanos = now + BETWEEN_WARNINGS.toNanos();
            LOG.warn("A batch of {} failed, perhaps others too: {}", items, error.toString());
        }
        LOG.debug("A batch of {} failed", items, error);
    }

    /** As it was given. */
    public int maxQueued() {
        return maxQueued;
    }

    /** As of now. */
    public synchronized Stats stats() {
        return new Stats(queued, refused, batches, batched, busyNanos);
    }

    private void done(int items, long nanos) {
        long rest;
        synchronized (this) {
            busy = false;
            batches++;
            batched += items;
            busyNanos += nanos;
            if (rests && items > 1) {
                restUntilNanos = timer.now(TimeUnit.NANOSECONDS) + Math.min(nanos, MAX_REST.toNanos());
            }
            rest = restNanos();
        }
        if (rest > 0) {
            timer.schedule(this::next, rest, TimeUnit.NANOSECONDS);
        }
        next();
    }

    private long restNanos() {
        return restUntilNanos - timer.now(TimeUnit.NANOSECONDS);
    }
}
