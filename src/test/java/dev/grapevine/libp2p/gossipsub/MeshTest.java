package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Topic membership and the mesh (v1.0, Topic Membership, Mesh Maintenance; v1.1, Outbound Mesh Quotas). */
class MeshTest {

    private static final GossipsubConfig.Mesh DEGREES = GossipsubConfig.Mesh.defaults();

    @Test
    void aNewPeerHearsWhatIsJoinedAndEveryPeerWhatIsJoinedLater() {
        Router router = Router.joined(0);
        PeerId peer = TestPeers.peer(1);
        router.happens(TestPeers.added(peer, false));
        assertThat(announcements(router)).containsExactly(new Subscription(true, TOPIC));

        router.happens(new Input.Subscribe("weather"));
        assertThat(announcements(router)).containsExactly(new Subscription(true, "weather"));
        router.happens(new Input.Unsubscribe("weather"));
        assertThat(announcements(router)).containsExactly(new Subscription(false, "weather"));
    }

    @Test
    void aPeerAddedTwiceHearsNothingNew() {
        Router router = Router.joined(0);
        router.happens(TestPeers.added(TestPeers.peer(1), false));
        router.happens(TestPeers.added(TestPeers.peer(1), true));
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void whoDialledIsKnownOfTheConnectionThatCountsLast() {
        Router router = Router.joined(0);
        PeerId peer = router.subscriber(100, false);
        IntStream.range(0, DEGREES.full()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        router.happens(TestPeers.added(peer, true));
        router.receivesGraft(peer);
        assertThat(router.mesh()).contains(peer);
    }

    @Test
    void aHelloOfManyTopicsGoesInFramesThatOthersTake() {
        Router router = new Router();
        int topics = 3 * Outbox.MAX_ENTRIES_PER_RPC + 1;
        IntStream.range(0, topics).forEach(i -> router.happens(new Input.Subscribe("topic " + i)));
        router.happens(TestPeers.added(TestPeers.peer(1), false));

        assertThat(announcements(router)).hasSize(topics).doesNotHaveDuplicates();
        assertThat(router.all(Output.SendControl.class))
                .allSatisfy(send ->
                        assertThat(send.rpc().subscriptions()).hasSizeLessThanOrEqualTo(Outbox.MAX_ENTRIES_PER_RPC));
    }

    @Test
    void joiningGraftsUpToD() {
        Router router = new Router();
        IntStream.range(0, 20).forEach(router::subscriber);
        router.happens(new Input.Subscribe(TOPIC));

        assertThat(router.grafted()).hasSize(DEGREES.d()).containsExactlyInAnyOrderElementsOf(router.mesh());
    }

    @Test
    void leavingPrunesTheMeshWithTheShorterBackoff() {
        Router router = Router.joined(3);
        router.heartbeat();
        router.happens(new Input.Unsubscribe(TOPIC));

        assertThat(router.prunes()).hasSize(3).allMatch(prune -> prune.backoffSeconds() == 10);
        assertThat(router.state.meshes()).doesNotContainKey(TOPIC);
    }

    @Test
    void theHeartbeatGraftsUpToDOnlyBelowDlo() {
        Router router = Router.joined(DEGREES.low());
        router.heartbeat();
        assertThat(router.mesh()).hasSize(DEGREES.low());

        IntStream.range(100, 110).forEach(router::subscriber);
        router.heartbeat();
        assertThat(router.mesh()).as("D_lo is enough").hasSize(DEGREES.low());

        router.happens(new Input.PeerRemoved(TestPeers.peer(0)));
        router.heartbeat();
        assertThat(router.mesh()).hasSize(DEGREES.d());
    }

    @Test
    void theHeartbeatPrunesDownToDOnlyAboveDhiAndKeepsPeersThatItDialled() {
        Router router = Router.joined(0);
        List<PeerId> dialled = IntStream.range(100, 100 + DEGREES.out())
                .mapToObj(i -> router.subscriber(i, true))
                .toList();
        dialled.forEach(router::receivesGraft);
        IntStream.range(0, DEGREES.high() - DEGREES.out()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        router.heartbeat();
        assertThat(router.mesh()).hasSize(DEGREES.high());

        router.receivesGraft(router.subscriber(200, true));
        assertThat(router.mesh()).hasSize(DEGREES.high() + 1);
        router.heartbeat();
        assertThat(router.mesh()).hasSize(DEGREES.d());
        assertThat(router.mesh().stream().filter(peer -> isDialled(peer, dialled)))
                .hasSizeGreaterThanOrEqualTo(DEGREES.out());
        assertThat(router.prunes())
                .hasSize(DEGREES.high() + 1 - DEGREES.d())
                .allMatch(prune -> prune.backoffSeconds() == 60);
    }

    private static boolean isDialled(PeerId peer, List<PeerId> dialled) {
        return dialled.contains(peer) || peer.equals(TestPeers.peer(200));
    }

    @Test
    void aFullMeshTakesInNoOneWhoDialled() {
        Router router = Router.joined(0);
        IntStream.range(0, DEGREES.full()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        PeerId oneMore = router.subscriber(100);
        router.receivesGraft(oneMore);

        assertThat(router.pruned()).containsExactly(oneMore);
        assertThat(router.mesh()).hasSize(DEGREES.full()).doesNotContain(oneMore);
    }

    @Test
    void theHeartbeatFillsTheQuotaOfDialledPeers() {
        Router router = Router.joined(DEGREES.d());
        router.heartbeat();
        PeerId first = router.subscriber(100, true);
        PeerId second = router.subscriber(101, true);
        router.subscriber(102, true);
        router.heartbeat();

        assertThat(router.grafted()).hasSize(DEGREES.out());
        assertThat(router.mesh()).hasSize(DEGREES.d() + DEGREES.out());
        assertThat(List.of(first, second, TestPeers.peer(102))).containsAll(router.grafted());
    }

    @Test
    void aGraftForATopicThatIsNotJoinedIsIgnored() {
        Router router = Router.joined(1);
        router.receivesGraft(TestPeers.peer(0), "unknown");
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void whoLeavesTheTopicOrTheHostLeavesTheMesh() {
        Router router = Router.joined(3);
        router.heartbeat();
        router.subscribes(TestPeers.peer(0), false, TOPIC);
        router.happens(new Input.PeerRemoved(TestPeers.peer(1)));
        assertThat(router.mesh()).containsExactly(TestPeers.peer(2));
        router.heartbeat();
        assertThat(router.mesh()).as("nor does it come back").containsExactly(TestPeers.peer(2));
    }

    @Test
    void aReopenedStreamCarriesTheHelloAndTheGraftsAgain() {
        Router router = Router.joined(1);
        router.heartbeat();
        router.happens(new Input.StreamReopened(TestPeers.peer(0)));
        assertThat(announcements(router)).containsExactly(new Subscription(true, TOPIC));
        assertThat(router.grafted()).containsExactly(TestPeers.peer(0));
    }

    @Test
    void aPeerIsRememberedForSoManyTopicsAndNoMore() {
        Router router = new Router();
        PeerId peer = TestPeers.peer(1);
        router.happens(TestPeers.added(peer, false));
        for (int i = 0; i <= PeerState.MAX_TOPICS; i++) {
            router.subscribes(peer, true, "topic " + i);
        }
        assertThat(router.state.subscribers("topic " + (PeerState.MAX_TOPICS - 1)))
                .containsExactly(peer);
        assertThat(router.state.subscribers("topic " + PeerState.MAX_TOPICS)).isEmpty();

        router.subscribes(peer, false, "topic 0");
        router.subscribes(peer, true, "x".repeat(PeerState.MAX_TOPIC_CHARS + 1));
        assertThat(router.state.subscribers("x".repeat(PeerState.MAX_TOPIC_CHARS + 1)))
                .isEmpty();
        router.subscribes(peer, true, "x".repeat(PeerState.MAX_TOPIC_CHARS));
        assertThat(router.state.subscribers("x".repeat(PeerState.MAX_TOPIC_CHARS)))
                .containsExactly(peer);
    }

    private static List<Subscription> announcements(Router router) {
        return router.all(Output.SendControl.class).stream()
                .flatMap(send -> send.rpc().subscriptions().stream())
                .toList();
    }
}
