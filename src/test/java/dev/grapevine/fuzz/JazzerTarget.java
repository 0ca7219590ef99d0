package dev.grapevine.fuzz;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What Jazzer calls: the one target that its argument names. At the end it tells what memory that took. */
public final class JazzerTarget {

    /** What two of the last lines begin with; a figure in bytes follows. */
    static final String LIVE_HEAP = "live heap: ";

    static final String ALLOCATED = "allocated for an input: ";

    /** Jazzer's hooks allocate for each comparison of texts. */
    private static final int HOOKS = 16;

    /** The pools of the heap; there are others. */
    private static final Set<String> HEAP = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());

    private static Target target;
    private static volatile long liveBytes;

    private JazzerTarget() {}

    /** Called by Jazzer once, with its {@code --target_args}. */
    public static void fuzzerInitialize(String[] arguments) {
        target = Target.named(arguments[0]);
        ManagementFactory.getGarbageCollectorMXBeans()
                .forEach(collector -> ((NotificationEmitter) collector)
                        .addNotificationListener(
                                (notification, handback) -> collected((CompositeData) notification.getUserData()),
                                null,
                                null));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.gc();
            long live = Math.max(
                    liveBytes,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            System.err.println(LIVE_HEAP + live);
            System.err.println(ALLOCATED + target.largestBytes());
        }));
    }

    private static void collected(CompositeData notification) {
        liveBytes = Math.max(
                liveBytes,
                GarbageCollectionNotificationInfo.from(notification)
                        .getGcInfo()
                        .getMemoryUsageAfterGc()
                        .entrySet()
                        .stream()
                        .filter(pool -> HEAP.contains(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum());
    }

    /** Called by Jazzer for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        target.take(input, HOOKS);
    }
}
