package dev.grapevine.libp2p.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * What lies between the nodes. As long as nothing else is asked for, a link keeps the order of what it carries, as a
 * stream does; what it loses is lost whole, as when a sender's queue is full.
 *
 * @param <N> how nodes are named
 */
public final class Links<N> {

    private final VirtualTime time;
    private final RandomGenerator random;
    private final Map<Direction<N>, Long> lastArrivals = new HashMap<>();
    private final Map<N, Long> slowness = new HashMap<>();
    private long minLatencyMillis = 10;
    private long maxLatencyMillis = 100;
    private double loss;
    private double reordering;
    private double duplication;
    private BiPredicate<N, N> cut = (from, to) -> false;

    private record Direction<N>(N from, N to) {}

    public Links(VirtualTime time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    /** From now on everything takes between the two, both included. */
    public void setLatencyMillis(long min, long max) {
        minLatencyMillis = min;
        maxLatencyMillis = max;
    }

    /** From now on whatever the node sends takes so much longer. */
    public void slow(N node, long millis) {
        slowness.put(node, millis);
    }

    /** From now on this share, 0 to 1, of everything sent is lost. */
    public void setLoss(double share) {
        loss = share;
    }

    /** From now on this share of everything sent may overtake what was sent before. */
    public void setReordering(double share) {
        reordering = share;
    }

    /** From now on this share of everything sent arrives twice. */
    public void setDuplication(double share) {
        duplication = share;
    }

    /** From now on nothing is carried where this holds; {@link #heal} ends it. */
    public void cut(BiPredicate<N, N> where) {
        cut = where;
    }

    public void heal() {
        cut = (from, to) -> false;
    }

    /** Carries something from a node to another: it happens later, once or twice, or never. */
    public void carry(N from, N to, Runnable arrival) {
        if (cut.test(from, to) || happens(loss)) {
            return;
        }
        arrive(from, to, arrival);
        if (happens(duplication)) {
            arrive(from, to, arrival);
        }
    }

    private void arrive(N from, N to, Runnable arrival) {
        long at =
                time.now() + random.nextLong(minLatencyMillis, maxLatencyMillis + 1) + slowness.getOrDefault(from, 0L);
        if (!happens(reordering)) {
            at = lastArrivals.merge(new Direction<>(from, to), at, Math::max);
        }
        time.after(at - time.now(), arrival);
    }

    private boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }
}
