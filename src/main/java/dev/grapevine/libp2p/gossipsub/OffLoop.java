package dev.grapevine.libp2p.gossipsub;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Heavy work beside the event loop: one job after the other in the order they came, whatever the executor; each job's
 * answer goes back to the event loop. Who submits jobs bounds them.
 */
final class OffLoop {

    /** Jobs done before their answers go back together, and before other users of the executor have their turn. */
    static final int MAX_JOBS_PER_TURN = 64;

    /** Between two short jobs that the event loop does itself, so that they take a small part of its time. */
    static final long BETWEEN_SHORT_JOBS_NANOS = 1_000_000;

    private static final System.Logger LOG = System.getLogger(OffLoop.class.getName());

    private final Executor executor;
    private final Executor eventLoop;
    private final LongSupplier nanoTime;
    private final Queue<Supplier<Runnable>> jobs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private long lastShortJobNanos;

    /** @param nanoTime a clock that never goes back, in nanoseconds */
    OffLoop(Executor executor, Executor eventLoop, LongSupplier nanoTime) {
        this.executor = executor;
        this.eventLoop = eventLoop;
        this.nanoTime = nanoTime;
        this.lastShortJobNanos = nanoTime.getAsLong() - BETWEEN_SHORT_JOBS_NANOS;
    }

    /**
     * To be called on the event loop.
     *
     * @param job runs on the executor; what it returns runs on the event loop
     */
    void submit(Supplier<Runnable> job) {
        jobs.add(job);
        if (waiting.getAndIncrement() == 0) {
            executor.execute(this::turn);
        }
    }

    /**
     * As {@link #submit}, to be called on the event loop, which does the job itself where nothing waits and the last one is
     * {@link #BETWEEN_SHORT_JOBS_NANOS} ago: to wake another thread, and be woken by it, takes longer than to check a signature.
     */
    void submitShort(Supplier<Runnable> job) {
        long now = nanoTime.getAsLong();
        if (waiting.get() > 0 || now - lastShortJobNanos < BETWEEN_SHORT_JOBS_NANOS) {
            submit(job);
            return;
        }
        lastShortJobNanos = now;
        List<Runnable> answers = new ArrayList<>();
        run(job, answers);
        answers.forEach(Runnable::run);
    }

    private void turn() {
        List<Runnable> answers = new ArrayList<>();
        int done = 0;
        Supplier<Runnable> job;
        while (done < MAX_JOBS_PER_TURN && (job = jobs.poll()) != null) {
            done++;
            run(job, answers);
        }
        try {
            eventLoop.execute(() -> answers.forEach(Runnable::run));
            if (waiting.addAndGet(-done) > 0) {
                executor.execute(this::turn);
            }
        } catch (RejectedExecutionException closing) {
            LOG.log(Level.DEBUG, "the host has closed; what was waiting is dropped");
        }
    }

    /** A job that throws must not stop those behind it. */
    private static void run(Supplier<Runnable> job, List<Runnable> answers) {
        try {
            answers.add(job.get());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "work beside the event loop failed", e);
        }
    }
}
