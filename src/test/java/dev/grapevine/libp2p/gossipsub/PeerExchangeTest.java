package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whom a PRUNE offers, and who of those is dialled (v1.1, PRUNE Backoff and Peer Exchange; Score Thresholds). */
class PeerExchangeTest {

    private static final GossipsubConfig CONFIG = GossipsubConfig.defaults().withPeerExchange(Set.of());
    private static final GossipsubConfig.Mesh DEGREES = CONFIG.mesh();
    private static final double TRUSTED = CONFIG.scoring().thresholds().exchange() + 1;
    private static final int MORE = PeerExchange.MAX_OFFERED + 10;

    private final Router router = new Router(CONFIG);

    @Test
    void whoFindsNoRoomIsOfferedOthersOfTheTopic() {
        fillMesh(router);
        IntStream.range(100, 100 + MORE).forEach(router::subscriber);
        PeerId elsewhere = TestPeers.peer(900);
        router.happens(TestPeers.added(elsewhere, false));

        PeerId late = router.subscriber(901);
        router.receivesGraft(late);

        assertThat(router.pruned()).containsExactly(late);
        assertThat(offered())
                .hasSize(PeerExchange.MAX_OFFERED)
                .doesNotHaveDuplicates()
                .doesNotContain(late, elsewhere)
                .isSubsetOf(router.state.subscribers(TOPIC));
    }

    @Test
    void whoIsPrunedFromAMeshThatIsTooLargeIsOfferedOthers() {
        router.happens(new Input.Subscribe(TOPIC));
        IntStream.rangeClosed(0, DEGREES.high()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        router.heartbeat();

        assertThat(router.prunes())
                .hasSize(DEGREES.high() + 1 - DEGREES.d())
                .allSatisfy(prune -> assertThat(prune.peers()).hasSize(DEGREES.high()));
    }

    @Test
    void peersWithANegativeScoreAreNeitherOfferedNorOfferedAny() {
        fillMesh(router);
        PeerId bad = router.subscriber(100);
        router.happens(new Input.Rated(bad, -1));
        PeerId late = router.subscriber(101);
        router.receivesGraft(late);
        assertThat(offered()).hasSize(DEGREES.full()).doesNotContain(bad);

        router.receivesGraft(bad);
        assertThat(router.pruned()).containsExactly(bad);
        assertThat(offered()).isEmpty();

        router.happens(new Input.Rated(TestPeers.peer(0), -1));
        router.heartbeat();
        assertThat(prunesTo(TestPeers.peer(0)))
                .singleElement()
                .satisfies(prune -> assertThat(prune.peers()).isEmpty());
    }

    @Test
    void nobodyIsOfferedWhereRoomIsNotTheReason() {
        PeerId direct = TestPeers.peer(500);
        Router picky = new Router(CONFIG.withDirectPeers(Set.of(direct)));
        fillMesh(picky);
        picky.subscriber(500);
        picky.receivesGraft(direct);
        assertThat(picky.pruned()).containsExactly(direct);
        assertThat(offered(picky)).isEmpty();

        PeerId early = picky.subscriber(501);
        picky.receivesPrune(early, 60);
        picky.receivesGraft(early);
        assertThat(picky.pruned()).as("within the back-off").containsExactly(early);
        assertThat(offered(picky)).isEmpty();

        picky.happens(new Input.Unsubscribe(TOPIC));
        assertThat(picky.prunes()).as("for leaving").hasSize(DEGREES.full());
        assertThat(offered(picky)).isEmpty();
    }

    @Test
    void aPeerOfVersion10IsOfferedNobody() {
        fillMesh(router);
        Input.PeerAdded added = TestPeers.added(TestPeers.peer(100), false);
        router.happens(new Input.PeerAdded(added.peer(), false, Version.V1_0, added.address()));
        router.receivesGraft(added.peer());

        assertThat(router.pruned()).containsExactly(added.peer());
        assertThat(offered()).isEmpty();
    }

    @Test
    void nothingIsOfferedOrTakenByDefault() {
        Router usual = new Router();
        fillMesh(usual);
        usual.receivesGraft(usual.subscriber(100));
        assertThat(usual.prunes()).hasSize(1);
        assertThat(offered(usual)).isEmpty();

        usual.happens(new Input.Rated(TestPeers.peer(0), TRUSTED));
        usual.receivesPrune(TestPeers.peer(0), offering(700));
        assertThat(usual.all(Output.Connect.class)).isEmpty();
        assertThat(usual.counters.refused).doesNotContainKey(Refusal.EXCHANGE_SCORE);
    }

    @Test
    void peersThatATrustedOneOffersAreDialledUnlessTheyAreConnectedOrThisHost() {
        PeerId trusted = trusted();
        PeerId connected = router.subscriber(1);
        PeerId stranger = TestPeers.peer(700);
        router.receivesPrune(
                trusted,
                new Prune(TOPIC, 60, List.of(PeerInfo.of(Router.SELF), PeerInfo.of(connected), PeerInfo.of(stranger))));

        assertThat(taken()).containsExactly(stranger);
    }

    @Test
    void whoIsTrustedFromTheStartNeedsNoMerit() {
        Router trusting = new Router(GossipsubConfig.defaults().withPeerExchange(Set.of(TestPeers.peer(0))));
        trusting.happens(new Input.Subscribe(TOPIC));
        trusting.receivesPrune(trusting.subscriber(1), offering(700));
        assertThat(trusting.all(Output.Connect.class)).isEmpty();

        trusting.receivesPrune(trusting.subscriber(0), offering(700));
        assertThat(trusting.all(Output.Connect.class)).hasSize(1);
    }

    @Test
    void onlyAScoreAboveTheThresholdMakesAPeerTrusted() {
        PeerId peer = trusted();
        router.happens(new Input.Rated(peer, TRUSTED - 1));
        router.receivesPrune(peer, offering(700));
        assertThat(taken()).isEmpty();
        assertThat(router.counters.refused).containsEntry(Refusal.EXCHANGE_SCORE, 1L);

        router.happens(new Input.Rated(peer, TRUSTED - 0.5));
        router.receivesPrune(peer, offering(700));
        assertThat(taken()).containsExactly(TestPeers.peer(700));
    }

    @Test
    void whatIsOfferedForATopicThatIsNotJoinedIsIgnored() {
        PeerId trusted = trusted();
        router.receivesPrune(trusted, new Prune("other", 60, offering(700).peers()));
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void onlySoManyAreDialledBetweenTwoHeartbeats() {
        PeerId trusted = trusted();
        int[] many = IntStream.rangeClosed(1, PeerExchange.MAX_TAKEN_PER_HEARTBEAT)
                .map(i -> 700 + i)
                .toArray();
        router.receivesPrune(trusted, offering(many));
        assertThat(taken()).hasSize(PeerExchange.MAX_TAKEN_PER_HEARTBEAT);
        router.receivesPrune(trusted, offering(600));
        assertThat(taken()).isEmpty();

        router.heartbeat();
        router.receivesPrune(trusted, offering(IntStream.range(700, 700 + MORE).toArray()));
        assertThat(taken()).hasSize(PeerExchange.MAX_TAKEN_PER_HEARTBEAT).doesNotHaveDuplicates();
    }

    private PeerId trusted() {
        router.happens(new Input.Subscribe(TOPIC));
        PeerId trusted = router.subscriber(0);
        router.happens(new Input.Rated(trusted, TRUSTED));
        return trusted;
    }

    private static void fillMesh(Router router) {
        router.happens(new Input.Subscribe(TOPIC));
        IntStream.range(0, DEGREES.full()).forEach(i -> router.receivesGraft(router.subscriber(i)));
        assertThat(router.mesh()).hasSize(DEGREES.full());
    }

    private static Prune offering(int... peers) {
        return new Prune(
                TOPIC,
                60,
                IntStream.of(peers)
                        .mapToObj(number -> PeerInfo.of(TestPeers.peer(number)))
                        .toList());
    }

    private List<PeerId> offered() {
        return offered(router);
    }

    private static List<PeerId> offered(Router router) {
        return router.prunes().stream()
                .flatMap(prune -> prune.peers().stream())
                .map(PeerInfo::peer)
                .toList();
    }

    private List<Prune> prunesTo(PeerId peer) {
        return router.all(Output.SendControl.class).stream()
                .filter(send -> send.to().equals(peer))
                .flatMap(send -> send.rpc().prunes().stream())
                .toList();
    }

    private List<PeerId> taken() {
        List<PeerId> taken = new ArrayList<>();
        router.all(Output.Connect.class).forEach(connect -> connect.peers().forEach(info -> taken.add(info.peer())));
        return taken;
    }
}
