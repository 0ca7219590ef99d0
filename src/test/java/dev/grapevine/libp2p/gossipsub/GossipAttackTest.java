package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.gossipsub.GossipSimulation.Result;
import dev.grapevine.libp2p.gossipsub.GossipSimulation.Setup;
import dev.grapevine.libp2p.sim.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks with hostile nodes in them. A failure names its seed; {@code bench/run simulate} runs larger ones. */
class GossipAttackTest {

    private static final int NODES = 80;
    private static final int SEEDS = 2;
    private static final int MESSAGES = 10;
    private static final int SMALL_BYTES = 500;
    private static final int LARGE_BYTES = 8 * 1024;

    @Test
    void aFifthOfHostileNodesKeepsNothingFromTheOthers() {
        Seeds.each(SEEDS, seed -> {
            Result result = GossipSimulation.run(new Setup(NODES, seed, MESSAGES, SMALL_BYTES).withHostile(0.2));
            assertThat(result.coverage()).isGreaterThanOrEqualTo(0.999);
        });
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Setup setup = new Setup(NODES, 7, MESSAGES, SMALL_BYTES).withHostile(0.2);
        Result first = GossipSimulation.run(setup);
        assertThat(GossipSimulation.run(setup).fingerprint()).isEqualTo(first.fingerprint());
        Setup other = new Setup(NODES, 8, MESSAGES, SMALL_BYTES).withHostile(0.2);
        assertThat(GossipSimulation.run(other).fingerprint()).isNotEqualTo(first.fingerprint());
    }

    @Test
    void largeMessagesTakeFewerBytesWhereNodesSayWhatTheyHave() {
        Seeds.each(SEEDS, seed -> {
            Setup setup = new Setup(NODES, seed, MESSAGES, LARGE_BYTES);
            Result before = GossipSimulation.run(setup.withoutIdontwant());
            Result after = GossipSimulation.run(setup);
            assertThat(after.coverage()).isEqualTo(1);
            assertThat(after.bytesPerNode()).isLessThan(before.bytesPerNode());
        });
    }

    @Test
    void aPartedNetworkIsWholeAgainWithinFiveHeartbeats() {
        Seeds.each(
                SEEDS,
                seed -> assertThat(GossipSimulation.heartbeatsToHeal(NODES, seed))
                        .isLessThanOrEqualTo(5));
    }

    @Test
    void aNodeThatIsSurroundedStillHearsEverything() {
        Seeds.each(SEEDS, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, 60, 6);
            GossipNode victim = network.addNode();
            victim.dialSome(8);
            for (int i = 0; i < 100; i++) {
                network.addNode(Attack.ECLIPSE).dial(victim);
            }
            network.heartbeats(20);
            List<MessageId> ids = new ArrayList<>();
            List<GossipNode> others = network.honest().stream()
                    .filter(node -> !node.equals(victim))
                    .toList();
            for (int i = 0; i < MESSAGES; i++) {
                ids.add(others.get(network.random.nextInt(others.size())).publish());
                network.heartbeats(1);
            }
            network.heartbeats(3);
            assertThat(ids).allMatch(victim::has);
        });
    }

    /** Whoever breaks rules is found out by every honest peer; whoever is only slow or silent is not punished. */
    @ParameterizedTest
    @EnumSource
    void peersThatBreakRulesLoseTheirStanding(Attack attack) {
        Seeds.each(1, seed -> {
            GossipNetwork network = GossipNetwork.connected(seed, 30, 6);
            GossipNode attacker = network.addNode(attack);
            attacker.dialSome(20);
            for (int i = 0; i < 40; i++) {
                network.nodes.getFirst().publish();
                network.heartbeats(1);
            }
            List<Boolean> inGoodStanding = attacker.peers.stream()
                    .map(peer -> peer.state.metrics().peers(Standing.GOOD)
                            == peer.state.metrics().peers())
                    .toList();
            switch (attack) {
                case SPAM, FALSE_IHAVE -> assertThat(inGoodStanding).containsOnly(false);
                case EARLY_GRAFT, IWANT_FLOOD, WITHHOLD, ECLIPSE, SLOW ->
                    assertThat(inGoodStanding).contains(true);
            }
        });
    }
}
