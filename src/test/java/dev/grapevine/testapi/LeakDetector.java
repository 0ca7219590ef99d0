package dev.grapevine.testapi;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Netty's detector, which remembers what it found: buffers that were given up without being released. Netty makes it where
 * {@code io.netty.customResourceLeakDetector} names it, as the build does; {@link NoLeaks} asks it. What leaks in the HTTP clients of
 * tests, which leave in the middle of streams, is logged and not remembered: a node has none.
 */
public final class LeakDetector<T> extends ResourceLeakDetector<T> {

    private static final String TESTS_CLIENT = "io.netty.handler.codec.http.HttpClientCodec";

    /**
     * The driver (r2dbc-postgresql 1.1.1) gives up a composite of buffers where the server refuses a COPY before all of it was sent. They
     * are on the heap and unpooled, so that the garbage collector takes them.
     */
    private static final String DRIVERS_COPY = "io.r2dbc.postgresql.PostgresqlCopyIn";

    /**
     * The same driver gives up the parameters of a statement whose connection ends between their encoding and their sending: some hundred
     * bytes at most for each statement under way when a database dies.
     */
    private static final String DRIVERS_PARAMETERS = "io.r2dbc.postgresql.codec.";

    /** What a test touches a buffer with that it leaks to see whether the detector finds it. */
    public static final String ON_PURPOSE = "a buffer leaked on purpose";

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
        if (concernsNodes(records)) {
            FOUND.add(resourceType + records);
        }
        super.reportTracedLeak(resourceType, records);
    }

    /** @param records where the buffer was touched */
    public static boolean concernsNodes(String records) {
        return Stream.of(TESTS_CLIENT, DRIVERS_COPY, DRIVERS_PARAMETERS, ON_PURPOSE)
                .noneMatch(records::contains);
    }
}
