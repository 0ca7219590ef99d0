package dev.grapevine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.kad.KadConfig;
import dev.grapevine.libp2p.swarm.KnownPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that find each other by real sockets. */
class DiscoveryIT {

    private static final String NETWORK = "/one/kad/1.0.0";
    private static final int HOSTS = 5;
    private final List<Libp2pHost> hosts = new ArrayList<>();

    @AfterEach
    void stop() {
        hosts.forEach(each ->
                each.close().toCompletableFuture().orTimeout(10, SECONDS).join());
    }

    @Test
    void hostsThatKnowOneAddressFindAndRememberAllOfTheirKind() {
        Libp2pHost first = start(NETWORK);
        for (int i = 1; i < HOSTS; i++) {
            start(NETWORK).keepConnected(TestHosts.address(first));
        }
        Libp2pHost stranger = start("/another/kad/1.0.0");
        stranger.keepConnected(TestHosts.address(first));

        List<Libp2pHost> kind = List.copyOf(hosts.subList(0, HOSTS));
        eventually(() -> assertThat(kind)
                .allSatisfy(host -> assertThat(kind)
                        .filteredOn(other -> !other.equals(host))
                        .allMatch(other -> isConnected(host, other))));
        assertThat(stranger.peers()).hasSize(1);

        Libp2pHost late = start(NETWORK);
        eventually(() -> assertThat(known(hosts.get(1)))
                .hasSize(HOSTS - 1)
                .allSatisfy(peer -> assertThat(peer.record()).isNotNull()));
        late.remember(known(hosts.get(1)));
        eventually(() ->
                assertThat(kind).filteredOn(host -> isConnected(late, host)).hasSizeGreaterThan(3));
    }

    private static List<KnownPeer> known(Libp2pHost host) {
        return host.knownPeers().toCompletableFuture().join();
    }

    private static boolean isConnected(Libp2pHost one, Libp2pHost other) {
        return one.peers().stream().anyMatch(peer -> peer.peerId().equals(other.peerId()));
    }

    private Libp2pHost start(String network) {
        Libp2pHost host = TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "test/1")
                .withDiscovery(new Discovery(8, network).withDht(KadConfig.of(network, KadConfig.Mode.SERVER))));
        hosts.add(host);
        return host;
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(assertion);
    }
}
