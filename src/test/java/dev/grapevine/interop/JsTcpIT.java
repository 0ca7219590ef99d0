package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our hosts and js-libp2p over TCP and yamux: one host that js dials, and one that dials js. */
class JsTcpIT {

    private static final String TOPIC = "interop";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Libp2pHost, List<PubsubMessage>> received = new HashMap<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"tls, /tls/1.0.0", "noise, /noise"})
    void identifyPingAndGossipWorkWhoeverDials(String security, String protocol) {
        JsPeer js = JsPeer.withTcp(security);
        open.add(js);
        js.subscribe(TOPIC);
        Libp2pHost answering = startHost();
        Libp2pHost dialling = startHost();

        js.dial(address(answering));
        dialling.keepConnected(Multiaddr.parse(js.address()));

        for (Libp2pHost host : List.of(answering, dialling)) {
            String id = host.peerId().toString();
            eventually(() -> assertThat(peer(host, js)).satisfies(peer -> {
                assertThat(peer.dialled()).isEqualTo(host.equals(dialling));
                assertThat(peer.agentVersion()).startsWith("js-libp2p/");
                assertThat(peer.protocols()).contains("/ipfs/ping/1.0.0", "/meshsub/1.2.0");
                assertThat(peer.rtt()).isPresent();
            }));
            assertThat(js.connections(id)).containsExactly(protocol + " /yamux/1.0.0");
            eventually(() -> assertThat(js.certified(id))
                    .containsExactlyElementsOf(host.listenAddresses().stream()
                            .map(Multiaddr::toString)
                            .toList()));
            assertThat(js.ping(address(host))).isNotNegative();
        }
        changesArePushed(js, List.of(answering, dialling));
        messagesPass(js, List.of(answering, dialling));
    }

    private static void changesArePushed(JsPeer js, List<Libp2pHost> hosts) {
        js.handle("/late/js");
        hosts.forEach(host -> host.handle("/late/java", stream -> stream.bytes().reset()));

        for (Libp2pHost host : hosts) {
            eventually(() -> assertThat(peer(host, js).protocols()).contains("/late/js"));
            eventually(() -> assertThat(js.events("identified")).anySatisfy(event -> {
                assertThat(event.get("peer").asString()).isEqualTo(host.peerId().toString());
                assertThat(event.get("protocols").toString()).contains("/late/java");
            }));
        }
    }

    private void messagesPass(JsPeer js, List<Libp2pHost> hosts) {
        for (Libp2pHost host : hosts) {
            eventually(() -> {
                assertThat(js.mesh(TOPIC)).contains(host.peerId().toString());
                assertThat(host.gossipsub().meshes().get(TOPIC))
                        .anyMatch(peer -> peer.toString().equals(js.peerId()));
            });
            assertThat(js.protocol(host.peerId().toString())).isEqualTo("/meshsub/1.2.0");
        }
        byte[] large = new byte[64 * 1024];
        js.publish(TOPIC, "from js".getBytes(UTF_8));
        js.publish(TOPIC, large);
        hosts.forEach(
                host -> host.gossipsub().publish(TOPIC, host.peerId().toString().getBytes(UTF_8)));
        hosts.getFirst().gossipsub().publish(TOPIC, large);

        eventually(() -> assertThat(js.messages(TOPIC)).hasSize(3));
        eventually(() -> assertThat(received.get(hosts.getFirst())).hasSize(3));
        eventually(() -> assertThat(received.get(hosts.getLast())).hasSize(4));
    }

    private static PeerInfo peer(Libp2pHost host, JsPeer js) {
        return host.peers().stream()
                .filter(peer -> peer.peerId().toString().equals(js.peerId()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not connected"));
    }

    private Libp2pHost startHost() {
        Libp2pHost host = TestHosts.start(TestHosts.config("/ip4/127.0.0.1/tcp/0", "grapevine/test"));
        open.add(() -> host.close().toCompletableFuture().orTimeout(10, SECONDS).join());
        received.put(host, new CopyOnWriteArrayList<>());
        host.gossipsub().subscribe(TOPIC, message -> {
            received.get(host).add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        return host;
    }

    private static String address(Libp2pHost host) {
        return TestHosts.address(host).toString();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }
}
