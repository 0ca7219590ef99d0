package dev.grapevine.fuzz;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.slf4j.LoggerFactory;

/** What a drill must leave as it was: memory, and buffers, as Netty's leak detector sees them. */
final class Watch {

    /** What the heap may hold more after all of it, once collected. */
    static final long MAX_GROWTH_BYTES = 16L * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ON_PURPOSE = "leaked on purpose";

    /** Held, or it would be collected together with its level. */
    private static final java.util.logging.Logger LOG = java.util.logging.Logger.getLogger("dev.grapevine");

    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

    /** Starts to watch; to be made before any buffer is. */
    Watch() {
        LOG.setLevel(Level.WARNING);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                leaks.add(event.getFormattedMessage());
            }
        };
        appender.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(appender);
    }

    /** Whether no buffer has leaked but one, on purpose: that it is reported shows that the detector had its chance. */
    boolean noLeaks() throws InterruptedException {
        leakOnPurpose();
        await("a leak made on purpose is reported", () -> {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
            return leaks.stream().anyMatch(leak -> leak.contains(ON_PURPOSE));
        });
        leaks.removeIf(leak -> leak.contains(ON_PURPOSE));
        System.out.printf("%d leaks reported%n", leaks.size());
        leaks.forEach(System.out::println);
        return leaks.isEmpty();
    }

    private static void leakOnPurpose() {
        ByteBufAllocator.DEFAULT.directBuffer(16).touch(ON_PURPOSE);
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.sleep(100);
        }
    }

    /** The heap in use, once collected. */
    static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
