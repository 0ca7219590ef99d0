package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a router does with scores (v1.1, Score Thresholds, Heartbeat Maintenance, Opportunistic Grafting). */
class ScoringTest {

    private static final GossipsubConfig CONFIG = GossipsubConfig.defaults();
    private static final GossipsubConfig.Mesh DEGREES = CONFIG.mesh();
    private static final PeerId PEER = TestPeers.peer(0);
    private static final PeerId OTHER = TestPeers.peer(1);

    @Test
    void theHeartbeatPrunesPeersWithANegativeScoreAndGraftsNone() {
        Router router = Router.joined(6);
        router.heartbeat();
        rate(router, PEER, -1);
        router.heartbeat();
        assertThat(router.pruned()).containsExactly(PEER);
        assertThat(router.mesh()).hasSize(5).doesNotContain(PEER);

        router.passSeconds(120);
        assertThat(router.mesh()).as("nor later").doesNotContain(PEER);
        router.receivesGraft(PEER);
        assertThat(router.pruned()).containsExactly(PEER);
        assertThat(router.state.metrics().refused(Refusal.GRAFT_SCORE)).isEqualTo(1);
    }

    @Test
    void belowTheGossipThresholdNoGossipIsExchanged() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 60);
        router.happens(new Input.Publish(message(1)));
        rate(router, PEER, CONFIG.scoring().thresholds().gossip());
        router.heartbeat();
        assertThat(router.gossipedTo()).as("at the threshold").containsExactly(PEER);

        rate(router, PEER, CONFIG.scoring().thresholds().gossip() - 1);
        router.heartbeat();
        assertThat(router.gossipedTo()).isEmpty();
        router.receivesIHave(PEER, List.of(message(9).id()));
        assertThat(router.asked()).isEmpty();
        router.receivesIWant(PEER, List.of(message(1).id()));
        assertThat(router.sentTo()).isEmpty();
        router.happens(new Input.Publish(message(2)));
        assertThat(router.sentTo()).as("own messages still go to it").containsExactly(PEER);
        assertThat(router.state.metrics().refused(Refusal.IHAVE_SCORE)).isEqualTo(1);
        assertThat(router.state.metrics().refused(Refusal.IWANT_SCORE)).isEqualTo(1);
    }

    @Test
    void belowThePublishThresholdNoOwnMessageGoesToAPeer() {
        Router router = Router.joined(1);
        rate(router, PEER, CONFIG.scoring().thresholds().publish() - 1);
        router.happens(new Input.Publish(message(1)));
        assertThat(router.sentTo()).isEmpty();
        router.receives(PEER, message(2));
        assertThat(router.all(Output.Verify.class)).as("its messages are heard").hasSize(1);
    }

    @Test
    void whoSendsTooMuchThatIsInvalidIsPrunedThenGraylistedThenHeardAgain() {
        Router router = Router.joined(6);
        router.heartbeat();
        for (int i = 0; i < 20; i++) {
            router.receives(PEER, message(i));
            router.happens(new Input.Verified(message(i).id(), PEER, false));
        }
        router.heartbeat();
        assertThat(router.pruned()).containsExactly(PEER);
        long refused = router.state.metrics().refused(Refusal.GRAYLISTED);

        router.receives(PEER, message(1_000));
        assertThat(router.outputs).isEmpty();
        router.receivesIHave(PEER, List.of(message(1_000).id()));
        assertThat(router.outputs).isEmpty();
        router.receivesGraft(PEER);
        assertThat(router.outputs).isEmpty();
        assertThat(router.state.metrics().refused(Refusal.GRAYLISTED)).isEqualTo(refused + 3);
        assertThat(router.state.metrics().peers(Standing.GRAYLISTED)).isEqualTo(1);

        router.happens(new Input.PeerRemoved(PEER));
        router.happens(TestPeers.added(PEER, false));
        router.subscribes(PEER, true, TOPIC);
        assertThat(router.state.subscribers(TOPIC))
                .as("its topics are still noted")
                .contains(PEER);
        router.receives(PEER, message(1_002));
        assertThat(router.outputs).as("connecting again does not help").isEmpty();

        router.passSeconds(300);
        router.receives(PEER, message(1_003));
        assertThat(router.all(Output.Verify.class)).hasSize(1);
    }

    @Test
    void everybodyWhoForwardedWhatIsRejectedIsToBlame() {
        Router router = Router.joined(6);
        router.heartbeat();
        router.receives(PEER, message(1));
        router.receives(OTHER, message(1));
        router.happens(new Input.Verified(message(1).id(), PEER, true));
        router.happens(new Input.Judged(message(1).id(), Verdict.REJECT));
        router.heartbeat();
        assertThat(router.pruned()).containsExactlyInAnyOrder(PEER, OTHER);
    }

    @Test
    void meritOutweighsAnInvalidMessage() {
        Router router = Router.joined(6);
        router.heartbeat();
        for (int i = 0; i < 5; i++) {
            router.receivesAndJudges(PEER, message(i), Verdict.ACCEPT);
        }
        router.receivesAndJudges(PEER, message(5), Verdict.REJECT);
        router.heartbeat();
        assertThat(router.pruned()).isEmpty();
    }

    @Test
    void aMeshThatIsTooLargeKeepsItsBestPeers() {
        Router router = Router.joined(0);
        IntStream.range(0, DEGREES.high()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        router.receivesGraft(router.subscriber(100, true));
        List<PeerId> best = IntStream.range(3, 3 + DEGREES.score())
                .mapToObj(TestPeers::peer)
                .toList();
        best.forEach(peer -> rate(router, peer, 10));
        router.heartbeat();
        assertThat(router.mesh()).hasSize(DEGREES.d()).containsAll(best).contains(TestPeers.peer(100));
    }

    @Test
    void aMeshOfPoorPeersTakesInBetterOnesOnceAMinute() {
        Router router = Router.joined(6);
        router.heartbeat();
        List<PeerId> better =
                IntStream.range(10, 15).mapToObj(router::subscriber).toList();
        better.forEach(peer -> rate(router, peer, 5));
        router.passSeconds(59);
        assertThat(router.mesh()).hasSize(6);
        router.heartbeat();
        assertThat(router.grafted()).hasSize(DEGREES.opportunistic()).allMatch(better::contains);
        List<PeerId> grafted = router.grafted();
        router.heartbeat();
        assertThat(router.mesh())
                .as("what is too many goes, the poor first")
                .hasSize(DEGREES.d())
                .containsAll(grafted);
        router.passSeconds(58);
        assertThat(router.mesh()).hasSize(DEGREES.d());
    }

    @Test
    void aMeshOfGoodPeersIsLeftAlone() {
        Router router = Router.joined(6);
        router.heartbeat();
        router.mesh().forEach(peer -> rate(router, peer, 2));
        rate(router, router.subscriber(10), 5);
        router.passSeconds(120);
        assertThat(router.mesh()).hasSize(6);
    }

    @Test
    void graftsWithinTheBackoffAreHeldAgainstAPeer() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 60);
        int early = 0;
        while (router.state.metrics().peers(Standing.GRAYLISTED) == 0) {
            router.receivesGraft(PEER);
            early++;
        }
        assertThat(early).isEqualTo(12);
        assertThat(router.state.metrics().refused(Refusal.GRAFT_BACKOFF)).isEqualTo(12);
    }

    @Test
    void aPeerThatDoesNotSendWhatItTellsOfIsFoundOut() {
        Router router = Router.joined(1);
        int ignored = 0;
        for (int i = 0; i < 20; i++) {
            router.receivesIHave(PEER, List.of(message(i).id(), message(100 + i).id()));
            ignored += router.asked().isEmpty() ? 1 : 0;
            router.heartbeat();
        }
        assertThat(router.counters.brokenPromises).as("one of each request").isEqualTo(20 - ignored);
        assertThat(ignored).isPositive();
        assertThat(router.state.metrics().lowestScore())
                .isLessThan(CONFIG.scoring().thresholds().gossip());
    }

    @Test
    void aPromiseIsKeptByWhoeverSendsTheMessageInTime() {
        Router router = Router.joined(2);
        Message message = message(1);
        router.receivesIHave(PEER, List.of(message.id()));
        router.passSeconds(2);
        router.receives(OTHER, message);
        router.passSeconds(5);
        assertThat(router.counters.brokenPromises).isZero();
    }

    @Test
    void soManyPromisesAreTracked() {
        Promises promises = new Promises(3_000);
        for (int i = 0; i <= Promises.MAX_IDS; i++) {
            promises.made(PEER, message(i).id(), 0);
        }
        assertThat(promises.size()).isEqualTo(Promises.MAX_IDS);
        promises.made(OTHER, message(0).id(), 0);
        List<PeerId> broken = new ArrayList<>();
        promises.expire(3_000, broken::add);
        assertThat(broken).hasSize(Promises.MAX_IDS + 1);
        assertThat(promises.size()).isZero();
    }

    @Test
    void aDirectPeerGetsEveryValidMessageThoughItIsInNoMeshAndItsScoreDoesNotMatter() {
        Router router = new Router(CONFIG.withDirectPeers(Set.of(PEER)).withFloodPublish(false));
        router.happens(new Input.Subscribe(TOPIC));
        IntStream.range(0, 8).forEach(router::subscriber);
        router.passSeconds(3);
        rate(router, PEER, -1_000_000);
        assertThat(router.mesh()).isNotEmpty().doesNotContain(PEER);

        router.receivesAndJudges(OTHER, message(1), Verdict.ACCEPT);
        assertThat(router.sentTo()).contains(PEER);
        router.heartbeat();
        assertThat(router.gossipedTo()).as("it has it").doesNotContain(PEER);
        router.happens(new Input.Publish(message(2)));
        assertThat(router.sentTo()).contains(PEER);
        router.receives(PEER, message(3));
        assertThat(router.all(Output.Verify.class)).hasSize(1);

        router.receivesGraft(PEER);
        assertThat(router.pruned()).containsExactly(PEER);
        assertThat(router.state.metrics().refused(Refusal.GRAFT_DIRECT)).isEqualTo(1);
    }

    @Test
    void aPeerThatSpeaksTheFirstVersionIsToldNoBackoff() {
        Router router = Router.joined(0);
        Input.PeerAdded added = TestPeers.added(PEER, false);
        router.happens(new Input.PeerAdded(PEER, false, Version.V1_0, added.address()));
        router.subscribes(PEER, true, TOPIC);
        router.heartbeat();
        assertThat(router.mesh()).containsExactly(PEER);
        router.happens(new Input.Unsubscribe(TOPIC));
        assertThat(router.prunes())
                .singleElement()
                .satisfies(prune -> assertThat(prune.backoffSeconds()).isZero());
    }

    private static void rate(Router router, PeerId peer, double value) {
        router.happens(new Input.Rated(peer, value));
    }
}
