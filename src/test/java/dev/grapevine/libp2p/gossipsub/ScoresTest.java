package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.TopicScoreConfig.MeshDeliveries;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scores of peers: what adds to them, what is made of them, how long they last (v1.1, Peer Scoring). */
class ScoresTest {

    private static final ScoreConfig CONFIG = ScoreConfig.defaults();
    private static final Multiaddr ANYWHERE = Multiaddr.parse("/ip4/10.0.0.1/udp/4001/quic-v1");
    private static final PeerId PEER = TestPeers.peer(0);
    private static final PeerId OTHER = TestPeers.peer(1);
    private static final PeerId DIRECT = TestPeers.peer(2);

    private final Scores scores = new Scores(CONFIG, Set.of(DIRECT));

    @Test
    void theFirstToDeliverAValidMessageIsRewardedUpToTheCapOfAllTopics() {
        connect(PEER, OTHER);
        scores.accepted(message(1).id(), TOPIC, List.of(PEER, OTHER), 0);
        assertThat(scores.of(PEER)).isEqualTo(1);
        assertThat(scores.of(OTHER)).isZero();

        for (String topic : List.of("a", "b", "c")) {
            for (int i = 0; i < 100; i++) {
                scores.accepted(message(i).id(), topic, List.of(PEER), 0);
            }
        }
        assertThat(scores.of(PEER)).isEqualTo(CONFIG.topicCap());
    }

    @Test
    void invalidMessagesCostAPeerOneRightAfterTheOther() {
        connect(PEER);
        Map<Integer, Standing> expected = Map.of(
                0, Standing.GOOD,
                1, Standing.UNMESHED,
                6, Standing.UNGOSSIPED,
                9, Standing.UNPUBLISHED,
                17, Standing.GRAYLISTED);
        for (int invalid = 0; invalid <= 17; invalid++) {
            if (expected.containsKey(invalid)) {
                assertThat(scores.standing(PEER)).isEqualTo(expected.get(invalid));
            }
            scores.invalidMessage(TOPIC, PEER);
        }
        assertThat(scores.standings()).containsOnly(Map.entry(Standing.GRAYLISTED, 1));
    }

    @Test
    void aGraylistedPeerIsHeardAgainWithinMinutesAndMeshedWithinAnHourOrSo() {
        connect(PEER);
        scores.heartbeat(0);
        for (int i = 0; i < 20; i++) {
            scores.invalidMessage(TOPIC, PEER);
        }
        scores.heartbeat(minutes(2));
        assertThat(scores.standing(PEER)).isEqualTo(Standing.GRAYLISTED);
        scores.heartbeat(minutes(4));
        assertThat(scores.standing(PEER)).isEqualTo(Standing.UNPUBLISHED);
        scores.heartbeat(minutes(77));
        assertThat(scores.of(PEER)).isZero();
    }

    @Test
    void someMisbehaviourIsForgivenAndTheRestCountsSquared() {
        connect(PEER);
        for (int i = 0; i < 6; i++) {
            scores.misbehaved(PEER);
        }
        assertThat(scores.of(PEER)).isZero();
        scores.misbehaved(PEER);
        assertThat(scores.of(PEER)).isEqualTo(-10);
        scores.misbehaved(PEER);
        assertThat(scores.of(PEER)).isEqualTo(-40);
        scores.heartbeat(0);
        scores.heartbeat(minutes(10));
        assertThat(scores.of(PEER)).as("half of it").isZero();
    }

    @Test
    void theApplicationsOpinionCountsUntilItHasAnother() {
        connect(PEER);
        scores.rate(PEER, -5);
        scores.heartbeat(0);
        scores.heartbeat(minutes(60));
        assertThat(scores.of(PEER)).isEqualTo(-5);
        scores.rate(PEER, 3);
        assertThat(scores.of(PEER)).isEqualTo(3);
    }

    @Test
    void aPeerThatTheApplicationKnowsBeforehandIsRatedWhenItConnects() {
        Scores known = new Scores(CONFIG.withRatings(Map.of(PEER, 7.0)), Set.of());
        known.connected(PEER, ANYWHERE);
        known.connected(OTHER, ANYWHERE);
        assertThat(known.of(PEER)).isEqualTo(7);
        assertThat(known.of(OTHER)).isZero();

        known.rate(PEER, -1);
        known.disconnected(PEER, 0);
        known.connected(PEER, ANYWHERE);
        assertThat(known.of(PEER)).isEqualTo(-1);
    }

    @Test
    void aRatingThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> CONFIG.withRatings(Map.of(PEER, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ratings");
    }

    @Test
    void directPeersAreAboveScores() {
        connect(DIRECT);
        scores.rate(DIRECT, -1_000_000);
        assertThat(scores.standing(DIRECT)).isEqualTo(Standing.GOOD);
    }

    @Test
    void nobodyGetsRidOfAScoreByConnectingAgainWithinAnHour() {
        connect(PEER);
        scores.heartbeat(0);
        for (int i = 0; i < 20; i++) {
            scores.invalidMessage(TOPIC, PEER);
        }
        scores.disconnected(PEER, 0);
        scores.heartbeat(minutes(59));
        connect(PEER);
        assertThat(scores.standing(PEER)).isEqualTo(Standing.GRAYLISTED);

        scores.disconnected(PEER, minutes(59));
        scores.heartbeat(minutes(119));
        connect(PEER);
        assertThat(scores.of(PEER)).isZero();
    }

    @Test
    void whatIsFoundOutAfterAPeerHasGoneCountsAsWell() {
        connect(PEER);
        scores.disconnected(PEER, 0);
        scores.invalidMessage(TOPIC, PEER);
        connect(PEER);
        assertThat(scores.of(PEER)).isEqualTo(-1);
    }

    @Test
    void theScoresOfSoManyPeersThatHaveGoneAreKept() {
        for (int i = 0; i <= Scores.MAX_RETAINED; i++) {
            connect(TestPeers.peer(i));
            scores.rate(TestPeers.peer(i), -1);
            scores.disconnected(TestPeers.peer(i), 0);
        }
        assertThat(scores.retained()).isEqualTo(Scores.MAX_RETAINED);
        assertThat(scores.of(TestPeers.peer(0))).isZero();
        assertThat(scores.of(TestPeers.peer(1))).isEqualTo(-1);
    }

    @Test
    void copiesOfAValidMessageCountForMeshPeersWithinTheWindowOnce() {
        Scores expecting = new Scores(expecting(2), Set.of());
        for (PeerId peer : List.of(PEER, OTHER)) {
            expecting.connected(peer, ANYWHERE);
            expecting.grafted(TOPIC, peer, 0);
        }
        expecting.heartbeat(0);
        MessageId id = message(1).id();
        expecting.accepted(id, TOPIC, List.of(PEER), 5_000);
        expecting.duplicate(id, OTHER, 5_010);
        expecting.duplicate(id, OTHER, 5_010);
        expecting.duplicate(id, PEER, 5_010);
        expecting.heartbeat(6_000);
        assertThat(expecting.of(OTHER)).as("one is missing").isCloseTo(-1, within(0.1));

        MessageId late = message(2).id();
        expecting.accepted(late, TOPIC, List.of(PEER), 6_000);
        expecting.duplicate(late, OTHER, 6_011);
        assertThat(expecting.of(OTHER)).as("too late").isCloseTo(-1, within(0.1));
        assertThat(expecting.of(PEER)).isPositive();
    }

    @Test
    void copiesOfSoManyMessagesAreCounted() {
        NearFirst nearFirst = new NearFirst();
        for (int i = 0; i <= NearFirst.MAX_MESSAGES; i++) {
            nearFirst.add(message(i).id(), TOPIC, List.of(), 10);
        }
        assertThat(nearFirst.size()).isEqualTo(NearFirst.MAX_MESSAGES);
        assertThat(nearFirst.delivered(message(0).id(), PEER, 10)).isEmpty();
        assertThat(nearFirst.delivered(message(1).id(), PEER, 10)).contains(TOPIC);
        nearFirst.expire(11);
        assertThat(nearFirst.size()).isZero();
    }

    @Test
    void byDefaultAnyNumberOfPeersMayShareAnAddress() {
        for (int i = 0; i < 200; i++) {
            scores.connected(TestPeers.peer(i), Multiaddr.parse("/ip4/203.0.113.7/udp/" + (i + 1) + "/quic-v1"));
        }
        assertThat(scores.of(PEER)).isZero();
    }

    @Test
    void whereColocationCountsWorldwideAddressesAloneDo() {
        InetAddress nat = InetAddress.ofLiteral("198.51.100.1");
        Map<String, Double> expected = Map.of(
                "/ip4/203.0.113.7/udp/1/quic-v1",
                -4.0,
                "/ip4/198.51.100.1/udp/1/quic-v1",
                0.0,
                "/ip4/172.18.0.2/udp/1/quic-v1",
                0.0,
                "/ip4/192.168.1.2/udp/1/quic-v1",
                0.0,
                "/ip4/100.64.0.9/udp/1/quic-v1",
                0.0,
                "/ip4/127.0.0.1/udp/1/quic-v1",
                0.0,
                "/ip6/fd00::1/udp/1/quic-v1",
                0.0,
                "/ip6/fe80::1/udp/1/quic-v1",
                0.0,
                "/ip6/2001:db8::1/udp/1/quic-v1",
                -4.0,
                "/ip4/203.0.113.8/udp/1/quic-v1/p2p/" + DIRECT + "/p2p-circuit",
                0.0);
        expected.forEach((address, score) -> {
            Scores strict = new Scores(colocating(3, nat), Set.of());
            for (int i = 0; i < 5; i++) {
                strict.connected(TestPeers.peer(i), Multiaddr.parse(address));
            }
            assertThat(strict.of(PEER)).as(address).isEqualTo(score);
        });
    }

    @Test
    void colocationEndsWhenPeersGoOrMove() {
        Scores strict = new Scores(colocating(1), Set.of());
        Multiaddr first = Multiaddr.parse("/ip6/2001:db8::1/udp/1/quic-v1");
        Multiaddr sameNet = Multiaddr.parse("/ip6/2001:db8::ffff/udp/1/quic-v1");
        Multiaddr otherNet = Multiaddr.parse("/ip6/2001:db8:1::1/udp/1/quic-v1");
        strict.connected(PEER, first);
        strict.connected(OTHER, sameNet);
        assertThat(strict.of(PEER)).isEqualTo(-1);
        strict.connected(OTHER, otherNet);
        assertThat(strict.of(PEER)).isZero();
        strict.connected(OTHER, first);
        strict.disconnected(OTHER, 0);
        assertThat(strict.of(PEER)).isZero();
    }

    private static ScoreConfig colocating(int threshold, InetAddress... exempt) {
        return new ScoreConfig(
                Map.of(),
                CONFIG.otherTopics(),
                CONFIG.topicCap(),
                1,
                Map.of(),
                new ScoreConfig.Colocation(-1, threshold, Set.of(exempt)),
                CONFIG.behaviour(),
                CONFIG.thresholds(),
                CONFIG.decayInterval(),
                CONFIG.decayToZero(),
                CONFIG.retain());
    }

    /** With so many deliveries expected of mesh peers of the topic. */
    private static ScoreConfig expecting(double deliveries) {
        MeshDeliveries mesh =
                new MeshDeliveries(-1, 0.999, deliveries, 10, Duration.ofSeconds(1), Duration.ofMillis(10), 0, 0.5);
        TopicScoreConfig usual = CONFIG.otherTopics();
        TopicScoreConfig topic =
                new TopicScoreConfig(1, usual.timeInMesh(), usual.firstDeliveries(), mesh, usual.invalidMessages());
        return new ScoreConfig(
                Map.of(TOPIC, topic),
                usual,
                CONFIG.topicCap(),
                1,
                Map.of(),
                CONFIG.colocation(),
                CONFIG.behaviour(),
                CONFIG.thresholds(),
                CONFIG.decayInterval(),
                CONFIG.decayToZero(),
                CONFIG.retain());
    }

    private void connect(PeerId... peers) {
        for (PeerId peer : peers) {
            scores.connected(peer, ANYWHERE);
        }
    }

    private static long minutes(long count) {
        return Duration.ofMinutes(count).toMillis();
    }
}
