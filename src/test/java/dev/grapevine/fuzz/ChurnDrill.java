package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        Held before = Held.of(churn.hub);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0]));
        while (System.nanoTime() < end) {
            churn.pass(1);
        }
        churn.endAll();
        System.out.printf("%,d runs of peers%n", churn.runs);
        System.out.printf("before: %s%n", before);
        Watch.await("what was held before is held", () -> !Held.of(churn.hub).isMoreThan(before));
        System.out.printf("after:  %s%n", Held.of(churn.hub));
        churn.hub.close().toCompletableFuture().join();
        System.exit(watch.noLeaks() ? 0 : 1);
    }

    private static Libp2pHost subscribed() {
        Libp2pHost host = FuzzHosts.peer();
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
        Watch.await("no thread of a peer is left", () -> Held.hostThreads() <= MAX_THREADS_OF_A_HOST);
    }
}
