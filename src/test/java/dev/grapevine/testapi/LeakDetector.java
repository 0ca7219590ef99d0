package dev.grapevine.testapi;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's detector, which remembers what it found: buffers that were given up without being released. Netty makes it where
 * {@code io.netty.customResourceLeakDetector} names it, as the build does; {@link NoLeaks} asks it.
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    /** As Netty calls it. */
    public LeakDetector(Class<?> type, int samplingInterval) {
        super(type, samplingInterval);
    }

    /** As older versions of Netty called it, without which this one complains; it takes the other. */
    public LeakDetector(Class<?> type, int samplingInterval, long maxActive) {
        this(type, samplingInterval);
    }

    /** The leaks since the last call. */
    static List<String> take() {
        List<String> found = List.copyOf(FOUND);
        FOUND.removeAll(found);
        return found;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        FOUND.add(resourceType + records);
        super.reportTracedLeak(resourceType, records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        FOUND.add(resourceType);
        super.reportUntracedLeak(resourceType);
    }
}
