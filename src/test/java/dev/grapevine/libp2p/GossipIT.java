package dev.grapevine.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Five hosts in a ring that gossip by QUIC over real sockets. */
class GossipIT {

    private static final String TOPIC = "news";
    private static final int HOSTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final List<Node> ring = new ArrayList<>();

    private record Node(Libp2pHost host, List<PubsubMessage> received) {}

    @AfterEach
    void closeHosts() {
        ring.forEach(node -> close(node.host));
    }

    @Test
    void everyMessageReachesEveryOtherHostOnce() {
        startRing();
        int each = 50;
        for (Node node : ring) {
            for (int i = 0; i < each; i++) {
                node.host.gossipsub().publish(TOPIC, new byte[1000]);
            }
        }

        eventually(() ->
                assertThat(ring).allSatisfy(node -> assertThat(node.received).hasSize((HOSTS - 1) * each)));
        for (Node node : ring) {
            assertThat(node.received)
                    .extracting(message -> message.author() + " " + message.seqno())
                    .doesNotHaveDuplicates()
                    .noneMatch(id -> id.startsWith(node.host.peerId().toString()));
        }
    }

    @Test
    void theLargestMessageGoesAllTheWayAround() {
        startRing();
        ring.getFirst().host.gossipsub().publish(TOPIC, new byte[64 * 1024]);
        eventually(() -> assertThat(ring.subList(1, HOSTS))
                .allSatisfy(node -> assertThat(node.received).hasSize(1)));
    }

    @Test
    void aHostThatComesBackHearsWhatIsPublishedThen() {
        startRing();
        Node leaving = ring.remove(2);
        close(leaving.host);
        eventually(() -> assertThat(ring)
                .allSatisfy(node -> assertThat(mesh(node)).isNotEmpty().doesNotContain(leaving.host.peerId())));

        Node back = startNode();
        back.host.keepConnected(TestHosts.address(ring.getFirst().host));
        ring.add(back);
        eventually(() -> assertThat(mesh(back)).isNotEmpty());
        ring.get(1).host.gossipsub().publish(TOPIC, "welcome".getBytes(UTF_8));
        eventually(() -> assertThat(back.received).hasSize(1));
    }

    private void startRing() {
        for (int i = 0; i < HOSTS; i++) {
            ring.add(startNode());
        }
        for (int i = 0; i < HOSTS; i++) {
            ring.get(i).host.keepConnected(TestHosts.address(ring.get((i + 1) % HOSTS).host));
        }
        eventually(
                () -> assertThat(ring).allSatisfy(node -> assertThat(mesh(node)).hasSize(2)));
    }

    private Node startNode() {
        Libp2pHost host = TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "gossip/1"));
        List<PubsubMessage> received = new CopyOnWriteArrayList<>();
        host.gossipsub().subscribe(TOPIC, message -> {
            received.add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        return new Node(host, received);
    }

    private static List<PeerId> mesh(Node node) {
        return node.host.gossipsub().meshes().getOrDefault(TOPIC, Set.of()).stream()
                .sorted()
                .toList();
    }

    private static void close(Libp2pHost host) {
        host.close().toCompletableFuture().orTimeout(10, SECONDS).join();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }
}
