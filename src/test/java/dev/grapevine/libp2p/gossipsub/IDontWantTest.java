package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** IDONTWANT: large messages are not sent to whom has them (v1.2). */
class IDontWantTest {

    private static final GossipsubConfig.Limits LIMITS =
            GossipsubConfig.defaults().limits();
    private static final PeerId PEER = TestPeers.peer(0);
    private static final PeerId OTHER = TestPeers.peer(1);
    private static final PeerId AUTHOR = TestPeers.peer(2);

    @Test
    void theMeshIsToldOfALargeMessageBeforeItsVerdict() {
        Router router = meshed(5);
        Message large = sized(LIMITS.idontwantMinBytes());
        router.receives(PEER, large);
        assertThat(router.toldUnwanted()).as("not before its signature").isEmpty();
        router.happens(new Input.Verified(large.id(), PEER, true));
        assertThat(router.toldUnwanted())
                .as("all but who sent it and who wrote it")
                .containsExactlyInAnyOrder(OTHER, TestPeers.peer(3), TestPeers.peer(4));
        assertThat(router.all(Output.Deliver.class)).hasSize(1);
    }

    @Test
    void nobodyIsToldOfASmallMessageNorOfAForgedOne() {
        Router router = meshed(5);
        Message small = sized(LIMITS.idontwantMinBytes() - 1);
        router.receives(PEER, small);
        router.happens(new Input.Verified(small.id(), PEER, true));
        assertThat(router.toldUnwanted()).isEmpty();

        Message forged = message(AUTHOR, 9, new byte[5_000]);
        router.receives(PEER, forged);
        router.happens(new Input.Verified(forged.id(), PEER, false));
        assertThat(router.toldUnwanted()).isEmpty();
    }

    @Test
    void peersOfOlderVersionsAreNotTold() {
        Router router = Router.joined(0);
        for (Version version : Version.values()) {
            PeerId peer = speaking(version);
            router.happens(new Input.PeerAdded(
                    peer, false, version, TestPeers.added(peer, false).address()));
            router.subscribes(peer, true, TOPIC);
        }
        router.heartbeat();
        assertThat(router.mesh()).hasSize(3);
        Message large = message(AUTHOR, 1, new byte[5_000]);
        router.receives(speaking(Version.V1_0), large);
        router.happens(new Input.Verified(large.id(), speaking(Version.V1_0), true));
        assertThat(router.toldUnwanted()).containsExactly(speaking(Version.V1_2));
    }

    private static PeerId speaking(Version version) {
        return switch (version) {
            case V1_2 -> TestPeers.peer(12);
            case V1_1 -> TestPeers.peer(11);
            case V1_0 -> TestPeers.peer(10);
        };
    }

    @Test
    void whatAPeerDoesNotWantIsNotForwardedToIt() {
        Router router = meshed(5);
        Message message = message(AUTHOR, 1, new byte[5_000]);
        router.receivesIDontWant(OTHER, List.of(message.id()));
        router.receivesAndJudges(PEER, message, Verdict.ACCEPT);
        assertThat(router.sentTo()).containsExactlyInAnyOrder(TestPeers.peer(3), TestPeers.peer(4));
        assertThat(router.counters.spared).isEqualTo(1);
    }

    @Test
    void whoAsksForWhatItDidNotWantGetsItAllTheSame() {
        Router router = meshed(5);
        Message message = message(AUTHOR, 1, new byte[5_000]);
        router.receivesAndJudges(PEER, message, Verdict.ACCEPT);
        router.receivesIDontWant(OTHER, List.of(message.id()));
        router.receivesIWant(OTHER, List.of(message.id()));
        assertThat(router.sentTo()).containsExactly(OTHER);
    }

    @Test
    void whatAPeerDoesNotWantIsForgottenAfterThreeHeartbeats() {
        UnwantedIds unwanted = new UnwantedIds();
        MessageId id = message(1).id();
        unwanted.add(id);
        for (int i = 0; i < UnwantedIds.HEARTBEATS_KEPT; i++) {
            assertThat(unwanted.contains(id)).isTrue();
            unwanted.onHeartbeat();
        }
        assertThat(unwanted.size()).isZero();
    }

    @Test
    void aPeerIsRememberedToNotWantSoManyMessages() {
        UnwantedIds unwanted = new UnwantedIds();
        for (int i = 0; i <= UnwantedIds.MAX_IDS; i++) {
            unwanted.add(message(i).id());
        }
        assertThat(unwanted.size()).isEqualTo(UnwantedIds.MAX_IDS);
        assertThat(unwanted.contains(message(0).id())).isFalse();
        assertThat(unwanted.contains(message(1).id())).isTrue();
    }

    @Test
    void soManyAreHeardOfAPeerBetweenTwoHeartbeats() {
        Router router = meshed(5);
        for (int i = 0; i < LIMITS.maxIdontwantPerHeartbeat(); i++) {
            router.receivesIDontWant(OTHER, List.of(message(1_000 + i).id()));
        }
        Message message = message(AUTHOR, 1, new byte[5_000]);
        router.receivesIDontWant(OTHER, List.of(message.id()));
        router.receivesAndJudges(PEER, message, Verdict.ACCEPT);
        assertThat(router.sentTo()).contains(OTHER);
        assertThat(router.state.metrics().refused(Refusal.IDONTWANT_LIMIT)).isEqualTo(1);
    }

    @Test
    void soManyAreSentToAPeerBetweenTwoHeartbeats() {
        Router router = meshed(3);
        for (int i = 0; i <= LIMITS.maxIdontwantPerHeartbeat(); i++) {
            Message large = message(AUTHOR, i, new byte[5_000]);
            router.receives(PEER, large);
            router.happens(new Input.Verified(large.id(), PEER, true));
            boolean within = i < LIMITS.maxIdontwantPerHeartbeat();
            assertThat(Set.copyOf(router.toldUnwanted())).isEqualTo(within ? Set.of(OTHER) : Set.of());
        }
    }

    /** A router with so many peers, all of them in its mesh. */
    private static Router meshed(int peers) {
        Router router = Router.joined(0);
        IntStream.range(0, peers).forEach(i -> router.receivesGraft(router.subscriber(i)));
        return router;
    }

    /** A message of so many bytes, encoded. */
    private static Message sized(int bytes) {
        int overhead = bytes - message(AUTHOR, 1, new byte[bytes]).encoded().length;
        Message message = message(AUTHOR, 1, new byte[bytes + overhead]);
        assertThat(message.encoded()).hasSize(bytes);
        return message;
    }
}
