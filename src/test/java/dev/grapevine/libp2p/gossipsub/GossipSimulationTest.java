package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A hundred routers on a virtual clock. A failure names its seed. */
class GossipSimulationTest {

    private static final int NODES = 100;

    /** With those who dial it, a node has twice as many peers: more than its mesh may have. */
    private static final int DIALS_EACH = 8;

    private static final int SEEDS = 10;

    private static final int KNOWING_ONE = 40;

    /**
     * A mesh peer sends a message once, so at most as many copies come that way as a mesh ever has; two more may come of the
     * publisher's flood and of a mesh that is just changing.
     */
    private static final int MAX_COPIES = GossipsubConfig.Mesh.defaults().full() + 2;

    private static final double MAX_MEAN_COPIES = 5.5;

    @Test
    void everyMessageReachesEveryNodeOnceWithFewCopies() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            List<MessageId> ids = publishSome(network, 20);
            network.heartbeats(3);

            assertThatEachNodeHas(network.nodes, ids);
            for (GossipNode node : network.nodes) {
                assertThat(ids).map(node::receipt).allMatch(receipt -> receipt.deliveries <= 1);
                assertThat(ids).map(node::receipt).allMatch(receipt -> receipt.copies <= MAX_COPIES);
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
            assertThat(network.nodes).allMatch(node -> node.mesh().size() <= degrees.full());
            assertThat(network.nodes.stream().filter(node -> node.mesh().size() < degrees.low()))
                    .as("few wait for a back-off to end before they can have more")
                    .hasSizeLessThan(NODES / 10);
            assertThat(network.reachedThroughMesh()).isEqualTo(NODES);
        });
    }

    /** Peers in the mesh tell a node nothing by gossip; so each has others as well. */
    @Test
    void gossipRepairsWhatTheLinksLose() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, 2 * DIALS_EACH);
            network.heartbeats(10);
            network.links.setLoss(0.2);
            List<MessageId> ids = publishSome(network, 20);
            network.heartbeats(6);

            assertThatEachNodeHas(network.nodes, ids);
        });
    }

    @Test
    void linksThatReorderAndDuplicateWhatTheyCarryLoseNothing() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.links.setReordering(0.2);
            network.links.setDuplication(0.2);
            network.heartbeats(10);
            List<MessageId> ids = publishSome(network, 20);
            network.heartbeats(3);

            assertThatEachNodeHas(network.nodes, ids);
            for (GossipNode node : network.nodes) {
                assertThat(ids).map(node::receipt).allMatch(receipt -> receipt.deliveries <= 1);
            }
        });
    }

    @Test
    void aLateSubscriberGetsRecentMessagesByGossip() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            MessageId id = network.anyNode().publish();
            network.time.pass(1_000);
            GossipNode late = network.addNode();
            late.dialSome(40);
            network.heartbeats(5);

            assertThat(late.receipt(id).deliveries).isEqualTo(1);
        });
    }

    @Test
    void messagesReachEverybodyWhoStaysWhileOthersComeAndGo() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, NODES, DIALS_EACH);
            network.heartbeats(10);
            List<GossipNode> staying = List.copyOf(network.nodes.subList(0, NODES / 2));
            List<GossipNode> leaving = new ArrayList<>(network.nodes.subList(NODES / 2, NODES));
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
            Runnable join = network.part(NODES / 2);
            network.heartbeats(90);
            assertThat(network.reachedThroughMesh()).isLessThanOrEqualTo(NODES / 2);

            join.run();
            for (int heartbeat = 0; heartbeat < 5 && network.reachedThroughMesh() < NODES; heartbeat++) {
                network.heartbeats(1);
            }
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
            GossipNode deaf = network.addNode();
            deaf.dialSome(40);
            network.heartbeats(10);
            network.links.cut((from, to) -> to.equals(deaf.id));
            MessageId id = network.nodes.stream()
                    .filter(node -> !node.equals(deaf))
                    .findFirst()
                    .orElseThrow()
                    .publish();
            network.time.pass(500);
            network.links.heal();
            network.heartbeats(5);

            assertThat(deaf.receipt(id).deliveries).isEqualTo(1);
        });
    }

    /** Nobody knows anybody but one node, whose mesh is full long before the last of them comes. */
    @Test
    void whoKnowsOneNodeWhoseMeshIsFullGetsIntoTheMeshByPeerExchangeAndOnlyByIt() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork exchanging =
                    knowingOneNode(seed, GossipsubConfig.defaults().withPeerExchange(Set.of()));
            assertThat(exchanging.nodes)
                    .allMatch(node ->
                            node.mesh().size() <= exchanging.config.mesh().full());
            assertThat(exchanging.reachedThroughMesh()).isEqualTo(KNOWING_ONE);
            GossipNode last = exchanging.nodes.getLast();
            assertThat(last.mesh()).isNotEmpty();
            List<MessageId> ids = List.of(last.publish(), exchanging.anyNode().publish());
            exchanging.heartbeats(3);
            assertThatEachNodeHas(exchanging.nodes, ids);

            GossipNetwork without = knowingOneNode(seed, GossipsubConfig.defaults());
            assertThat(without.nodes.stream().filter(node -> node.mesh().isEmpty()))
                    .hasSizeGreaterThan(KNOWING_ONE / 2);
        });
    }

    /** Nodes that come one after another, dial the first, and trust it as a bootstrap node. */
    private static GossipNetwork knowingOneNode(long seed, GossipsubConfig config) {
        GossipNetwork network = new GossipNetwork(seed, config);
        GossipNode bootstrap = network.addNode();
        for (int i = 1; i < KNOWING_ONE; i++) {
            GossipNode node = network.addNode();
            node.dial(bootstrap);
            node.apply(new Input.Rated(bootstrap.id, 100));
            network.heartbeats(1);
        }
        network.heartbeats(5);
        return network;
    }

    private static List<MessageId> publishSome(GossipNetwork network, int count) {
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(network.anyNode().publish());
            network.time.pass(network.random.nextLong(200));
        }
        return ids;
    }

    private static void assertThatEachNodeHas(List<GossipNode> nodes, List<MessageId> ids) {
        for (GossipNode node : nodes) {
            for (MessageId id : ids) {
                assertThat(node.has(id)).as("%s has the message", node.id).isTrue();
            }
        }
    }

    private static double meanCopies(GossipNetwork network, List<MessageId> ids) {
        long copies = network.nodes.stream()
                .flatMap(node -> ids.stream().map(node::receipt))
                .mapToLong(receipt -> receipt.copies)
                .sum();
        return (double) copies / (network.nodes.size() * (long) ids.size());
    }
}
