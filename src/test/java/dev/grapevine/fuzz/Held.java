package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * What a host, and its process, hold.
 *
 * @param sockets and what selectors are made of
 * @param timers of the host's event loop
 * @param heapBytes in use, once collected
 */
record Held(int connections, long unsentBytes, long timers, long threads, long sockets, long heapBytes) {

    /** Now. */
    static Held of(Libp2pHost host) {
        return new Held(
                host.counters().connections(),
                host.counters().unsentBytes(),
                timers(host),
                hostThreads(),
                openSockets(),
                Watch.usedBytes());
    }

    /**
     * Once nobody is connected and nothing of those who were is left.
     *
     * @param idle the timers of the host before anybody came
     */
    static Held atRest(Libp2pHost host, long idle) throws InterruptedException {
        Watch.await("no connection is left", () -> host.counters().connections() == 0);
        try {
            Watch.await("no timer of a connection is left", () -> timers(host) <= idle);
        } catch (AssertionError left) {
            throw new AssertionError(
                    "of %d timers, when %d were idle: %s".formatted(timers(host), idle, scheduled(host)), left);
        }
        return of(host);
    }

    boolean isMoreThan(Held before) {
        return connections > before.connections
                || unsentBytes > before.unsentBytes
                || timers > before.timers
                || threads > before.threads
                || sockets > before.sockets
                || heapBytes - before.heapBytes > Watch.MAX_GROWTH_BYTES;
    }

    static long timers(Libp2pHost host) {
        return scheduled(host).size();
    }

    /**
     * What the event loop has scheduled, which nothing public tells; each as Netty describes it. Looks when no other task waits,
     * for what is due stands among those, and a timer that repeats is scheduled again only once it has run.
     */
    private static List<String> scheduled(Libp2pHost host) {
        SingleThreadEventExecutor loop = (SingleThreadEventExecutor) host.eventLoop();
        try {
            Field queue = AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
            queue.setAccessible(true);
            while (true) {
                Optional<List<String>> seen = loop.submit(() -> loop.pendingTasks() > 0
                                ? Optional.<List<String>>empty()
                                : Optional.of(((Collection<?>) queue.get(loop))
                                        .stream().map(Object::toString).toList()))
                        .get();
                if (seen.isPresent()) {
                    return seen.get();
                }
            }
        } catch (ReflectiveOperationException | ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static long hostThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("libp2p"))
                .count();
    }

    /** Linux only, as proc(5) says. */
    private static long openSockets() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(Held::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            String target = Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    ? Files.readSymbolicLink(file).toString()
                    : "";
            return target.startsWith("socket:") || target.startsWith("anon_inode:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "%d connections, %d bytes unsent, %d timers, %d threads of hosts, %d sockets and selectors, heap %,d KiB"
                .formatted(connections, unsentBytes, timers, threads, sockets, heapBytes / 1024);
    }
}
