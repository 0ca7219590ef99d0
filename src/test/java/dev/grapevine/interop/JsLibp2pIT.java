package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our hosts and js-libp2p over QUIC, dialling in both directions. */
class JsLibp2pIT {

    private static final String TOPIC = "interop";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A connection is pinged where its peer makes another one, and ends where no answer comes in 5 s. */
    private static final Duration LONGER_THAN_A_DOUBT = Duration.ofSeconds(7);

    private final List<Libp2pHost> hosts = new ArrayList<>();
    private final List<JsPeer> peers = new ArrayList<>();
    private final List<PubsubMessage> received = new CopyOnWriteArrayList<>();
    private Libp2pHost host;
    private JsPeer js;

    @BeforeEach
    void start() {
        js = startJs();
        host = startHost();
        join(host, received);
        js.subscribe(TOPIC);
    }

    @AfterEach
    void stop() {
        peers.forEach(JsPeer::close);
        TestHosts.close(hosts);
    }

    @Test
    void identifyPingAndGossipWorkWhereJsDials() {
        js.dial(address(host));
        assertThatTheTwoUnderstandEachOther(false);
    }

    @Test
    void identifyPingAndGossipWorkWhereWeDial() {
        host.keepConnected(Multiaddr.parse(js.address()));
        assertThatTheTwoUnderstandEachOther(true);
    }

    /** Also that which js dials though we have dialled it already, with another certificate than it has shown us before. */
    @Test
    void connectionsThatBothSidesHaveDialledLiveAndGossipGoesOn() {
        host.keepConnected(Multiaddr.parse(js.address()));
        meshed(js, host);

        js.dialAnew(address(host));

        await().during(LONGER_THAN_A_DOUBT).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(js.connections(host.peerId().toString())).hasSize(2);
            assertThat(host.counters().connections()).isEqualTo(2);
        });
        js.publish(TOPIC, bytes("from js"));
        host.gossipsub().publish(TOPIC, bytes("from Java"));
        eventually(() -> {
            assertThat(js.messages(TOPIC)).hasSize(1);
            assertThat(received).hasSize(1);
        });
        assertThat(js.events("disconnected")).isEmpty();
    }

    private void assertThatTheTwoUnderstandEachOther(boolean dialled) {
        eventually(() -> assertThat(host.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.peerId()).hasToString(js.peerId());
            assertThat(peer.dialled()).isEqualTo(dialled);
            assertThat(peer.agentVersion()).startsWith("js-libp2p/");
            assertThat(peer.protocols()).contains("/ipfs/ping/1.0.0", "/meshsub/1.2.0");
            assertThat(peer.rtt()).isPresent();
        }));
        // Twice, where js dials so soon that what the host has just begun to speak is pushed to it.
        eventually(() -> assertThat(js.events("identified")).isNotEmpty().allSatisfy(event -> {
            assertThat(event.get("agentVersion").asString()).isEqualTo("grapevine/test");
            assertThat(event.get("protocols").toString())
                    .contains("/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0");
        }));
        eventually(() -> assertThat(js.certified(host.peerId().toString()))
                .containsExactlyElementsOf(
                        host.listenAddresses().stream().map(Multiaddr::toString).toList()));
        assertThat(host.discoveryCounters().refusedRecords()).isZero();
        assertThat(js.ping(address(host))).isNotNegative();
        meshed(js, host);
        assertThat(js.protocol(host.peerId().toString())).isEqualTo("/meshsub/1.2.0");

        List<byte[]> ours = List.of(bytes("from Java"), new byte[64 * 1024]);
        List<byte[]> theirs = List.of(bytes("from js"), new byte[64 * 1024]);
        ours.forEach(data -> host.gossipsub().publish(TOPIC, data));
        theirs.forEach(data -> js.publish(TOPIC, data));

        eventually(() -> {
            assertThat(js.messages(TOPIC)).hasSameSizeAs(ours).allSatisfy(message -> {
                assertThat(message.from()).isEqualTo(host.peerId().toString());
                assertThat(ours).anyMatch(data -> Arrays.equals(data, message.data()));
            });
            assertThat(received).hasSameSizeAs(theirs).allSatisfy(message -> {
                assertThat(message.author()).hasToString(js.peerId());
                assertThat(theirs).anyMatch(data -> Arrays.equals(data, message.data()));
            });
        });
    }

    @Test
    void whatIsNotSignedOrNotRightlySoIsRefusedAndNotForwarded() {
        JsPeer other = startJs();
        other.subscribe(TOPIC);
        js.dial(address(host));
        other.dial(address(host));
        meshed(js, host);
        meshed(other, host);

        byte[] large = new byte[8 * 1024];
        js.publish(TOPIC, bytes("unsigned"), "unsigned");
        js.publish(TOPIC, bytes("badly signed"), "badSignature");
        js.publish(TOPIC, large);

        eventually(() -> assertThat(other.messages(TOPIC)).hasSize(1));
        eventually(() -> assertThat(host.gossipsub().metrics().rejected()).isEqualTo(2));
        assertThat(other.messages(TOPIC))
                .singleElement()
                .satisfies(message -> assertThat(message.data()).isEqualTo(large));
        assertThat(received)
                .singleElement()
                .satisfies(message -> assertThat(message.data()).isEqualTo(large));
        assertThat(host.gossipsub().metrics().forwarded()).isEqualTo(1);
        assertThat(host.gossipsub().metrics().idontwantsSent()).isEqualTo(1);
    }

    @Test
    void ourMessagesSurviveBeingForwardedByJs() {
        Libp2pHost behind = startHost();
        List<PubsubMessage> atTheFarEnd = new CopyOnWriteArrayList<>();
        join(behind, atTheFarEnd);
        host.keepConnected(Multiaddr.parse(js.address()));
        behind.keepConnected(Multiaddr.parse(js.address()));
        meshed(js, host);
        meshed(js, behind);

        host.gossipsub().publish(TOPIC, bytes("through js"));

        eventually(() -> assertThat(atTheFarEnd).singleElement().satisfies(message -> {
            assertThat(message.author()).isEqualTo(host.peerId());
            assertThat(message.source()).hasToString(js.peerId());
            assertThat(message.data()).isEqualTo(bytes("through js"));
        }));
    }

    private Libp2pHost startHost() {
        Libp2pHost started = TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "grapevine/test"));
        hosts.add(started);
        return started;
    }

    private JsPeer startJs() {
        JsPeer started = JsPeer.start();
        peers.add(started);
        return started;
    }

    private static void join(Libp2pHost host, List<PubsubMessage> messages) {
        host.gossipsub().subscribe(TOPIC, message -> {
            messages.add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
    }

    /** Waits until each has the other in its mesh. */
    private static void meshed(JsPeer js, Libp2pHost host) {
        eventually(() -> {
            assertThat(js.mesh(TOPIC)).contains(host.peerId().toString());
            assertThat(host.gossipsub().meshes().get(TOPIC))
                    .anyMatch(peer -> peer.toString().equals(js.peerId()));
        });
    }

    private static String address(Libp2pHost host) {
        return TestHosts.address(host).toString();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
