package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that are pruned find others by what js-libp2p offers them, or by what we offer to it. */
class JsPeerExchangeIT {

    private static final String TOPIC = "exchange";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final GossipsubConfig CONFIG = GossipsubConfig.defaults().withPeerExchange(Set.of());

    private final List<Libp2pHost> hosts = new ArrayList<>();
    private final List<JsPeer> peers = new ArrayList<>();
    private final List<PubsubMessage> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        peers.forEach(JsPeer::close);
        TestHosts.close(hosts);
    }

    @Test
    void aHostForWhichJsHasNoRoomIsLedToAnother() {
        JsPeer js = startJs(1);
        Libp2pHost first = startHost(CONFIG);
        join(first);
        first.keepConnected(Multiaddr.parse(js.address()));
        eventually(() -> {
            assertThat(js.mesh(TOPIC)).containsExactly(first.peerId().toString());
            assertThat(js.certified(first.peerId().toString())).isNotEmpty();
        });

        Libp2pHost late = startHost(CONFIG);
        late.keepConnected(Multiaddr.parse(js.address()));
        eventually(() -> assertThat(late.gossipsub().metrics().peers()).isEqualTo(1));
        late.gossipsub().rate(PeerId.parse(js.peerId()), 100);
        join(late);

        eventually(() -> {
            assertThat(late.peers()).extracting(PeerInfo::peerId).contains(first.peerId());
            assertThat(late.gossipsub().meshes().get(TOPIC)).contains(first.peerId());
            assertThat(first.gossipsub().meshes().get(TOPIC)).contains(late.peerId());
        });
        assertThat(js.mesh(TOPIC)).containsExactly(first.peerId().toString());
        late.gossipsub().publish(TOPIC, "found".getBytes(UTF_8));
        eventually(() -> assertThat(received).hasSize(1));
    }

    @Test
    void aJsPeerForWhichWeHaveNoRoomIsLedToAnother() {
        Libp2pHost host = startHost(new GossipsubConfig(
                new GossipsubConfig.Mesh(1, 1, 1, 1, 6, 1, 0, 2, 0.25),
                CONFIG.timing(),
                CONFIG.limits(),
                CONFIG.scoring(),
                CONFIG.floodPublish(),
                CONFIG.peerExchange(),
                CONFIG.directPeers()));
        join(host);
        JsPeer first = startJs(6);
        first.dial(TestHosts.address(host).toString());
        eventually(() -> assertThat(host.gossipsub().meshes().get(TOPIC)).hasSize(1));

        JsPeer late = startJs(6);
        late.dial(TestHosts.address(host).toString());

        eventually(() -> {
            assertThat(late.connections(first.peerId())).isNotEmpty();
            assertThat(late.mesh(TOPIC)).contains(first.peerId());
        });
    }

    private Libp2pHost startHost(GossipsubConfig gossipsub) {
        HostConfig usual = TestHosts.config(TestHosts.ANY_QUIC_PORT, "grapevine/test");
        Libp2pHost started = TestHosts.start(new HostConfig(
                usual.key(), usual.listen(), usual.agentVersion(), gossipsub, usual.clock(), usual.random()));
        hosts.add(started);
        return started;
    }

    private JsPeer startJs(int degree) {
        JsPeer started = JsPeer.withPeerExchange(degree);
        peers.add(started);
        started.subscribe(TOPIC);
        return started;
    }

    private void join(Libp2pHost host) {
        host.gossipsub().subscribe(TOPIC, message -> {
            received.add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }
}
