package dev.grapevine.node.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Works a queue off in batches, one batch at a time: while one is with the database, the next one gathers, so batches grow
 * with the load. Both bounds are weights (bytes, or a count). Safe for use by several threads.
 */
final class BatchWorker<T> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);

    private final int maxQueued;
    private final int maxBatch;
    private final ToIntFunction<T> weight;
    private final Function<List<T>, Mono<Void>> process;
    private final ArrayDeque<T> queue = new ArrayDeque<>();
    private int queued;
    private boolean busy;

    /**
     * @param maxQueued the most weight that waits; an item that would go beyond it is not taken
     * @param maxBatch the most weight in one batch, which has one item at least
     * @param process does one batch; it is to answer for every item itself, whatever happens
     */
    BatchWorker(int maxQueued, int maxBatch, ToIntFunction<T> weight, Function<List<T>, Mono<Void>> process) {
        this.maxQueued = maxQueued;
        this.maxBatch = maxBatch;
        this.weight = weight;
        this.process = process;
    }

    /** Queues an item. @return false if there is no room: the item is not taken */
    boolean offer(T item) {
        synchronized (this) {
            if (queued + weight.applyAsInt(item) > maxQueued) {
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
            if (busy || queue.isEmpty()) {
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
        Mono.defer(() -> process.apply(batch))
                .doOnError(error -> LOG.warn("A batch of {} failed.", batch.size(), error))
                .onErrorComplete()
                .doFinally(end -> done())
                .subscribe();
    }

    private void done() {
        synchronized (this) {
            busy = false;
        }
        next();
    }
}
