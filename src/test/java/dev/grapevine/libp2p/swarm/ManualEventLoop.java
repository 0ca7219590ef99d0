package dev.grapevine.libp2p.swarm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An event loop whose time is moved by hand: tasks run on the caller's thread, in order of due time, then of submission.
 * A task that throws fails the call that ran it.
 */
public final class ManualEventLoop extends AbstractExecutorService implements ScheduledExecutorService {

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(
            Comparator.<Task<?>>comparingLong(task -> task.dueNanos).thenComparingLong(t -> t.order));
    private final List<Throwable> failures = new ArrayList<>();
    private long nanos = TimeUnit.HOURS.toNanos(1);
    private long submitted;
    private boolean shutdown;

    /** This loop's monotonic clock. */
    public long nanoTime() {
        return nanos;
    }

    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Runs everything that is due now, and what that makes due. */
    public void run() {
        advance(Duration.ZERO);
    }

    /** Moves time on, running each task at its own time. */
    public void advance(Duration duration) {
        long until = nanos + duration.toNanos();
        while (!tasks.isEmpty() && tasks.peek().dueNanos <= until) {
            Task<?> task = tasks.poll();
            nanos = Math.max(nanos, task.dueNanos);
            task.run();
            if (!failures.isEmpty()) {
                throw new AssertionError("a task of the event loop failed", failures.removeFirst());
            }
        }
        nanos = until;
    }

    /** How many tasks wait, timers included. */
    public int waiting() {
        return tasks.size();
    }

    @Override
    public void execute(Runnable command) {
        tasks.add(new Task<>(Executors.callable(command), 0, 0));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(new Task<>(Executors.callable(command), unit.toNanos(delay), 0));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(new Task<>(callable, unit.toNanos(delay), 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        return add(new Task<>(Executors.callable(command), unit.toNanos(initial), unit.toNanos(period)));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        return scheduleAtFixedRate(command, initial, delay, unit);
    }

    private <V> Task<V> add(Task<V> task) {
        tasks.add(task);
        return task;
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = List.copyOf(tasks);
        tasks.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {

        private final long periodNanos;
        private final long order = submitted++;
        private long dueNanos;

        Task(Callable<V> callable, long delayNanos, long periodNanos) {
            super(callable);
            this.dueNanos = nanos + Math.max(0, delayNanos);
            this.periodNanos = periodNanos;
        }

        @Override
        public void run() {
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset()) {
                dueNanos += periodNanos;
                tasks.add(this);
            }
        }

        @Override
        protected void setException(Throwable failure) {
            failures.add(failure);
            super.setException(failure);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            tasks.remove(this);
            return super.cancel(mayInterrupt);
        }

        @Override
        public boolean isPeriodic() {
            return periodNanos > 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
