package dev.grapevine.libp2p.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fifty peers that connect, speak and disconnect, in real time and by real sockets, and what one host holds before and after. */
public final class ChurnDrill {

    private static final int PEERS = 50;
    private static final int MAX_PAUSE_MILLIS = 400;

    /** Fewer than two hosts have; the event loop's, and those for signatures and handshakes. */
    private static final int MAX_THREADS_OF_A_HOST = 5;

    private static final String TOPIC = "news";

    private final Random random = new Random(1);
    private final Libp2pHost hub = subscribed();
    private final Multiaddr address = TestHosts.address(hub);
    private final List<@Nullable Libp2pHost> peers = new ArrayList<>();
    private int runs;

    private ChurnDrill() {}

    /** @param arguments how many seconds */
    public static void main(String[] arguments) throws Exception {
        Watch watch = new Watch();
        ChurnDrill churn = new ChurnDrill();
        churn.pass(PEERS); // so that what is loaded once is loaded
        churn.endAll();
        String before = churn.held();
        long heapBefore = Watch.usedBytes();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
        while (System.nanoTime() < end) {
            churn.pass(1);
        }
        churn.endAll();
        System.out.printf("%,d runs of peers%n", churn.runs);
        System.out.printf("before: %s, heap %,d KiB%n", before, heapBefore / 1024);
        Watch.await("the heap is as it was", () -> Watch.usedBytes() - heapBefore < Watch.MAX_GROWTH_BYTES);
        System.out.printf("after:  %s, heap %,d KiB%n", churn.held(), Watch.usedBytes() / 1024);
        boolean same = before.equals(churn.held());
        churn.hub.close().toCompletableFuture().join();
        System.exit(watch.noLeaks() && same ? 0 : 1);
    }

    private static Libp2pHost subscribed() {
        Libp2pHost host = FuzzPeer.host();
        host.gossipsub().subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        return host;
    }

    /** Ends or starts so many peers, chosen by chance, with a pause before each. */
    private void pass(int changes) throws InterruptedException {
        for (int i = 0; i < changes; i++) {
            Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
            int at = random.nextInt(PEERS);
            while (peers.size() <= at) {
                peers.add(null);
            }
            Libp2pHost peer = peers.get(at);
            if (peer == null) {
                runs++;
                Libp2pHost started = subscribed();
                started.keepConnected(address);
                peers.set(at, started);
            } else {
                peer.gossipsub().publish(TOPIC, new byte[500]);
                peer.close().toCompletableFuture().join();
                peers.set(at, null);
            }
        }
    }

    private void endAll() throws InterruptedException {
        for (int i = 0; i < peers.size(); i++) {
            Libp2pHost peer = peers.set(i, null);
            if (peer != null) {
                peer.close().toCompletableFuture().join();
            }
        }
        Watch.await("no connection is left", () -> hub.counters().connections() == 0);
        Watch.await("nothing waits to be sent", () -> hub.counters().unsentBytes() == 0);
        Watch.await("no thread of a peer is left", () -> threads() <= MAX_THREADS_OF_A_HOST);
    }

    private String held() throws IOException {
        return "%d connections, %d bytes unsent, %d threads of hosts, %d sockets and selectors"
                .formatted(hub.counters().connections(), hub.counters().unsentBytes(), threads(), openSockets());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("libp2p"))
                .count();
    }

    /** Sockets and what selectors are made of; Linux only, as proc(5) says. */
    private static long openSockets() throws IOException {
        long count = 0;
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                String target = Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                        ? Files.readSymbolicLink(file).toString()
                        : "";
                count += target.startsWith("socket:") || target.startsWith("anon_inode:") ? 1 : 0;
            }
        }
        return count;
    }
}
