package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import org.junit.jupiter.api.Test;

/** After a PRUNE neither side grafts for a while (v1.1, PRUNE Backoff). */
class BackoffTest {

    private static final PeerId PEER = TestPeers.peer(0);

    @Test
    void aPrunedPeerIsNotGraftedBeforeTheBackoffAndItsSlackAreOver() {
        Router router = Router.joined(1);
        router.heartbeat();
        assertThat(router.mesh()).containsExactly(PEER);
        router.receivesPrune(PEER, 30);
        assertThat(router.mesh()).isEmpty();

        router.passSeconds(31);
        assertThat(router.mesh()).as("within the back-off and its slack").isEmpty();
        router.passSeconds(1);
        assertThat(router.grafted()).containsExactly(PEER);
    }

    @Test
    void aPruneWithoutABackoffCountsForAMinute() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 0);
        router.passSeconds(61);
        assertThat(router.mesh()).isEmpty();
        router.passSeconds(1);
        assertThat(router.mesh()).containsExactly(PEER);
    }

    @Test
    void aGraftWithinTheBackoffIsAnsweredWithPruneAndExtendsIt() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 30);
        router.now += 29_000;
        router.receivesGraft(PEER);
        assertThat(router.prunes())
                .singleElement()
                .satisfies(prune -> assertThat(prune.backoffSeconds()).isEqualTo(60));

        router.now += 59_000;
        router.receivesGraft(PEER);
        assertThat(router.pruned()).as("the first early GRAFT has extended it").containsExactly(PEER);
        router.now += 60_000;
        router.receivesGraft(PEER);
        assertThat(router.mesh()).containsExactly(PEER);
    }

    @Test
    void aBackoffOutlivesTheConnection() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 60);
        router.happens(new Input.PeerRemoved(PEER));
        router.subscriber(0);
        router.heartbeat();
        assertThat(router.grafted()).isEmpty();
        router.receivesGraft(PEER);
        assertThat(router.pruned()).containsExactly(PEER);
    }

    @Test
    void whoLeavesATopicAndJoinsItAgainWaitsWithItsGrafts() {
        Router router = Router.joined(1);
        router.heartbeat();
        router.happens(new Input.Unsubscribe(TOPIC));
        router.happens(new Input.Subscribe(TOPIC));
        assertThat(router.grafted()).isEmpty();

        router.passSeconds(11);
        assertThat(router.mesh()).isEmpty();
        router.passSeconds(1);
        assertThat(router.mesh()).containsExactly(PEER);
    }

    @Test
    void aBackoffThatAPeerMakesTooLongIsCut() {
        Backoffs backoffs = new Backoffs(0);
        Router router = Router.joined(1);
        router.receivesPrune(PEER, Long.MAX_VALUE);
        router.now += Backoffs.MAX_MILLIS;
        router.receivesGraft(PEER);
        assertThat(router.mesh()).containsExactly(PEER);

        backoffs.add(TOPIC, PEER, Long.MAX_VALUE, 0);
        assertThat(backoffs.holds(TOPIC, PEER, Backoffs.MAX_MILLIS - 1)).isTrue();
        assertThat(backoffs.holds(TOPIC, PEER, Backoffs.MAX_MILLIS)).isFalse();
    }

    @Test
    void aBackoffIsNeverShortened() {
        Backoffs backoffs = new Backoffs(0);
        backoffs.add(TOPIC, PEER, 60_000, 0);
        backoffs.add(TOPIC, PEER, 10_000, 0);
        assertThat(backoffs.holds(TOPIC, PEER, 59_999)).isTrue();
    }

    @Test
    void thereAreNoMoreBackoffsThanTheLimitAndNoneThatAreOver() {
        Backoffs backoffs = new Backoffs(2_000);
        for (int i = 0; i <= Backoffs.MAX_ENTRIES; i++) {
            backoffs.add(TOPIC, TestPeers.peer(i), 60_000, 0);
        }
        assertThat(backoffs.size()).isEqualTo(Backoffs.MAX_ENTRIES);
        assertThat(backoffs.holds(TOPIC, TestPeers.peer(0), 1))
                .as("the first has given way")
                .isFalse();
        backoffs.expire(61_999);
        assertThat(backoffs.size()).isEqualTo(Backoffs.MAX_ENTRIES);
        backoffs.expire(62_000);
        assertThat(backoffs.size()).isZero();
    }
}
