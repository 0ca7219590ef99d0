package dev.grapevine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.Standing;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.identify.Identify;
import dev.grapevine.libp2p.kad.KadConfig;
import dev.grapevine.libp2p.kad.Kademlia;
import dev.grapevine.libp2p.ping.Ping;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryNetwork;
import dev.grapevine.libp2p.swarm.TestHost;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A day in which peers of one host come and go, some with a word and some without; all protocols run, in virtual time. */
class ChurnTest {

    private static final Duration DAY = Duration.ofHours(24);
    private static final int PEERS = 2;
    private static final int MAX_AWAY_SECONDS = 600;
    private static final int MAX_HERE_SECONDS = 240;
    private static final String TOPIC = "news";

    /** Long enough for every back-off, deadline and cache of minutes to end. */
    private static final Duration QUIET = Duration.ofMinutes(30);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final SplittableRandom random = new SplittableRandom(1);
    private int received;

    /** One run of a host, and when it is to end. */
    private final class Node {

        private final TestHost host;
        private final Ping ping;
        private final Gossipsub gossipsub;
        private final Kademlia dht;

        Node(int number) {
            InstantSource clock = () -> Instant.ofEpochMilli(1_700_000_000_000L + loop.millis());
            host = new TestHost(number, loop, network);
            new Identify(host.swarm, TestPeers.key(number), "churn", () -> List.of(host.address), clock).start();
            ping = new Ping(host.swarm, loop::nanoTime, new SecureRandom());
            ping.start();
            gossipsub = Gossipsub.start(
                    host.swarm,
                    GossipsubConfig.defaults(),
                    TestPeers.key(number),
                    random.split(),
                    clock,
                    loop::nanoTime,
                    loop);
            gossipsub.subscribe(TOPIC, message -> {
                received++;
                return CompletableFuture.completedFuture(Verdict.ACCEPT);
            });
            dht = Kademlia.start(
                    host.swarm,
                    KadConfig.of("/churn/kad/1.0.0", KadConfig.Mode.SERVER),
                    () -> List.of(host.address),
                    random.split(),
                    clock,
                    loop::nanoTime);
        }

        void end() {
            if (random.nextBoolean()) {
                host.transport.crash(); // nobody hears what follows
            }
            dht.close();
            gossipsub.close();
            ping.close();
            loop.execute(host.swarm::close);
        }
    }

    @Test
    void aDayOfPeersThatComeAndGoLeavesNothingBehind() {
        Node hub = new Node(1);
        loop.advance(QUIET);
        int timersBefore = loop.waiting();

        int runs = churn(hub, DAY);

        loop.advance(QUIET);
        assertThat(runs).isGreaterThan(300);
        assertThat(received).isGreaterThan(runs);
        assertThat(hub.host.swarm.counters().connections()).isZero();
        assertThat(hub.host.swarm.counters().unsentBytes()).isZero();
        assertThat(hub.host.swarm.peers()).isEmpty();
        assertThat(hub.gossipsub.subscribers(TOPIC)).isEmpty();
        assertThat(Standing.values())
                .allSatisfy(standing ->
                        assertThat(hub.gossipsub.metrics().peers(standing)).isZero());
        assertThat(hub.gossipsub.metrics().validating()).isZero();
        assertThat(loop.waiting()).as("timers").isEqualTo(timersBefore);
    }

    /** @return how many runs of peers there were; none is up any more */
    private int churn(Node hub, Duration duration) {
        List<@Nullable Node> peers = new ArrayList<>();
        long[] dueSeconds = new long[PEERS];
        for (int i = 0; i < PEERS; i++) {
            peers.add(null);
            dueSeconds[i] = random.nextLong(MAX_AWAY_SECONDS);
        }
        int runs = 0;
        for (long second = 0; second < duration.toSeconds(); second++) {
            for (int i = 0; i < PEERS; i++) {
                Node peer = peers.get(i);
                if (dueSeconds[i] == second && peer == null) {
                    Node started = new Node(2 + i);
                    started.host.swarm.keepConnected(hub.host.address);
                    peers.set(i, started);
                    dueSeconds[i] += 1 + random.nextLong(MAX_HERE_SECONDS);
                    runs++;
                } else if (dueSeconds[i] == second && peer != null) {
                    peer.end();
                    peers.set(i, null);
                    dueSeconds[i] += 1 + random.nextLong(MAX_AWAY_SECONDS);
                }
            }
            if (second % 60 == 0) {
                hub.gossipsub.publish(TOPIC, new byte[100]);
            }
            loop.advance(Duration.ofSeconds(1));
        }
        peers.stream().filter(peer -> peer != null).forEach(Node::end);
        return runs;
    }
}
