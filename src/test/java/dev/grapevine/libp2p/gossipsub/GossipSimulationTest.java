package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.gossipsub.GossipNetwork.Node;
import dev.grapevine.libp2p.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A hundred routers on a virtual clock. A failure names its seed. */
class GossipSimulationTest {

    private static final int NODES = 100;
    private static final int DIALS_EACH = 6;
    private static final int SEEDS = 20;

    /**
     * A mesh peer sends a message once, so at most D_high copies come that way; two more may come of the publisher's
     * flood and of a mesh that is just changing.
     */
    private static final int MAX_COPIES = GossipsubConfig.Mesh.defaults().high() + 2;

    private static final double MAX_MEAN_COPIES = 7;

    @Test
    void everyMessageReachesEveryNodeOnceWithFewCopies() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            List<MessageId> ids = publishSome(network, 20);
            network.heartbeats(3);

            assertThatEachNodeHas(network.nodes, ids);
            for (Node node : network.nodes) {
                assertThat(node.deliveries.values()).allMatch(times -> times == 1);
                assertThat(node.copies.values()).allMatch(copies -> copies <= MAX_COPIES);
            }
            assertThat(meanCopies(network, ids)).isBetween(1.0, MAX_MEAN_COPIES);
        });
    }

    @Test
    void meshesKeepTheirDegree() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(15);

            GossipsubConfig.Mesh degrees = network.config.mesh();
            assertThat(network.nodes).allMatch(node -> node.mesh().size() <= degrees.high());
            assertThat(network.nodes.stream().filter(node -> node.mesh().size() < degrees.low()))
                    .as("few wait for a back-off to end before they can have more")
                    .hasSizeLessThan(NODES / 20);
            assertThat(network.reachedThroughMesh()).isEqualTo(NODES);
        });
    }

    @Test
    void gossipRepairsWhatTheLinksLose() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            network.links.setLoss(0.2);
            List<MessageId> ids = publishSome(network, 20);
            network.heartbeats(6);

            assertThatEachNodeHas(network.nodes, ids);
        });
    }

    @Test
    void aLateSubscriberGetsRecentMessagesByGossip() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            MessageId id = network.anyNode().publish();
            network.time.pass(1_000);
            Node late = network.addNode();
            late.dialSome(40);
            network.heartbeats(5);

            assertThat(late.deliveries).containsEntry(id, 1);
        });
    }

    @Test
    void messagesReachEverybodyWhoStaysWhileOthersComeAndGo() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            List<Node> staying = List.copyOf(network.nodes.subList(0, NODES / 2));
            List<Node> leaving = new ArrayList<>(network.nodes.subList(NODES / 2, NODES));
            List<MessageId> ids = new ArrayList<>();
            for (int second = 0; second < 20; second++) {
                leaving.remove(network.random.nextInt(leaving.size())).stop();
                network.addNode().dialSome(DIALS_EACH);
                staying.forEach(node -> node.dialSome(node.peers.size() < DIALS_EACH ? 3 : 0));
                ids.add(staying.get(network.random.nextInt(staying.size())).publish());
                network.heartbeats(1);
            }
            network.heartbeats(5);

            assertThatEachNodeHas(staying, ids);
        });
    }

    @Test
    void theMeshIsWholeAgainAFewHeartbeatsAfterAPartition() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            List<Node> left = network.nodes.subList(0, NODES / 2);
            List<Node> right = network.nodes.subList(NODES / 2, NODES);
            for (Node node : left) {
                List.copyOf(node.peers).stream().filter(right::contains).forEach(node::hangUp);
            }
            network.heartbeats(90);
            assertThat(network.reachedThroughMesh()).isLessThanOrEqualTo(NODES / 2);

            for (int i = 0; i < NODES / 2; i++) {
                left.get(i).dial(right.get(network.random.nextInt(right.size())));
                right.get(i).dial(left.get(network.random.nextInt(left.size())));
            }
            network.heartbeats(4);
            assertThat(network.reachedThroughMesh()).isEqualTo(NODES);
            List<MessageId> ids = publishSome(network, 10);
            network.heartbeats(5);

            assertThatEachNodeHas(network.nodes, ids);
        });
    }

    @Test
    void whatAOneWayCutWithheldIsCaughtUpByGossipWhenItHealsInTime() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            Node deaf = network.addNode();
            deaf.dialSome(40);
            network.heartbeats(10);
            network.links.cut((from, to) -> to.equals(deaf.id));
            MessageId id = network.nodes.stream()
                    .filter(node -> node != deaf)
                    .findFirst()
                    .orElseThrow()
                    .publish();
            network.time.pass(500);
            network.links.heal();
            network.heartbeats(5);

            assertThat(deaf.deliveries).containsEntry(id, 1);
        });
    }

    private static List<MessageId> publishSome(GossipNetwork network, int count) {
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(network.anyNode().publish());
            network.time.pass(network.random.nextLong(200));
        }
        return ids;
    }

    private static void assertThatEachNodeHas(List<Node> nodes, List<MessageId> ids) {
        for (Node node : nodes) {
            for (MessageId id : ids) {
                boolean own =
                        id.latin1().startsWith(MessageId.of(node.id.bytes()).latin1());
                assertThat(own || node.deliveries.containsKey(id))
                        .as("%s has the message", node.id)
                        .isTrue();
            }
        }
    }

    private static double meanCopies(GossipNetwork network, List<MessageId> ids) {
        long copies = network.nodes.stream()
                .flatMap(node -> node.copies.values().stream())
                .mapToLong(Integer::longValue)
                .sum();
        return (double) copies / (network.nodes.size() * (long) ids.size());
    }
}
