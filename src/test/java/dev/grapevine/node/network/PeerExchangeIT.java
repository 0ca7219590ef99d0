package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.node.identity.NodeIdentity;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node's own host, with {@code grapevine.p2p.peer-exchange} on, at a bootstrap peer that has room for one. */
class PeerExchangeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final NetworkNames NAMES = NetworkNames.of("exchange-tests");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<Libp2pHost> hosts = new ArrayList<>();

    @AfterEach
    void close() {
        TestHosts.close(hosts);
    }

    @Test
    void aNodeThatANamedBootstrapPeerTurnsAwayIsLedToAnother() {
        Libp2pHost bootstrap = join(hostWithRoomForOne());
        Multiaddr address = TestHosts.address(bootstrap);
        Libp2pHost first = join(node(address));
        first.keepConnected(address);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(mesh(bootstrap)).containsExactly(first.peerId());
            assertThat(bootstrap.peers())
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.protocols()).isNotEmpty());
        });

        Libp2pHost late = join(node(address));
        late.keepConnected(address);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(late.peers()).extracting(PeerInfo::peerId).contains(first.peerId());
            assertThat(mesh(late)).contains(first.peerId());
        });
        assertThat(mesh(bootstrap)).containsExactly(first.peerId());
    }

    private Libp2pHost node(Multiaddr bootstrap) {
        NetworkProperties properties = new NetworkProperties(
                List.of(TestHosts.ANY_QUIC_PORT),
                List.of(bootstrap.toString()),
                0,
                NetworkProperties.Kademlia.OFF,
                false,
                true);
        return new NetworkConfiguration()
                .libp2pHost(
                        new NodeIdentity(PrivateKey.generate(RANDOM)), NAMES, properties, Clock.systemUTC(), RANDOM);
    }

    private static Libp2pHost hostWithRoomForOne() {
        GossipsubConfig usual = GossipsubConfig.defaults().withPeerExchange(Set.of());
        GossipsubConfig small = new GossipsubConfig(
                new GossipsubConfig.Mesh(1, 1, 1, 1, 6, 1, 0, 2, 0.25),
                usual.timing(),
                usual.limits(),
                usual.scoring(),
                usual.floodPublish(),
                usual.peerExchange(),
                usual.directPeers());
        HostConfig config = TestHosts.config(TestHosts.ANY_QUIC_PORT, "bootstrap/1");
        return TestHosts.start(new HostConfig(
                config.key(), config.listen(), config.agentVersion(), small, config.clock(), config.random()));
    }

    private Libp2pHost join(Libp2pHost host) {
        hosts.add(host);
        host.gossipsub().subscribe(NAMES.profilesTopic(), message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        return host;
    }

    private static Set<PeerId> mesh(Libp2pHost host) {
        return host.gossipsub().meshes().getOrDefault(NAMES.profilesTopic(), Set.of());
    }
}
