package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** IHAVE and IWANT (v1.0, Gossip Emission; v1.1, Adaptive Gossip Dissemination, Spam Protection Measures). */
class GossipTest {

    private static final GossipsubConfig.Limits LIMITS =
            GossipsubConfig.defaults().limits();
    private static final PeerId PEER = TestPeers.peer(0);

    @Test
    void theHeartbeatTellsPeersOutsideTheMeshForThreeHeartbeats() {
        Router router = Router.joined(30);
        router.heartbeat();
        router.receivesAndJudges(PEER, message(1), Verdict.ACCEPT);

        for (int i = 0; i < 3; i++) {
            router.heartbeat();
            assertThat(router.gossipedTo()).hasSize(6).doesNotContainAnyElementsOf(router.mesh());
        }
        router.heartbeat();
        assertThat(router.gossipedTo()).isEmpty();
    }

    @Test
    void aShareOfManyPeersIsTold() {
        Router router = Router.joined(106);
        router.heartbeat();
        router.receivesAndJudges(PEER, message(1), Verdict.ACCEPT);
        router.heartbeat();
        assertThat(router.gossipedTo()).hasSize(25);
    }

    @Test
    void whatIsNewIsAskedForOnceAndWhatIsKnownIsNot() {
        Router router = Router.joined(1);
        Message known = message(1);
        Message underCheck = message(2);
        MessageId fresh = message(3).id();
        router.receivesAndJudges(PEER, known, Verdict.ACCEPT);
        router.receives(PEER, underCheck);
        router.receivesIHave(PEER, List.of(known.id(), underCheck.id(), fresh, fresh));
        assertThat(router.asked()).containsExactly(fresh);
    }

    @Test
    void gossipOfATopicThatIsNotJoinedIsIgnored() {
        Router router = new Router();
        PeerId peer = router.subscriber(0);
        router.receivesIHave(peer, List.of(message(1).id()));
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void soManyIHavesAreHeardOfAPeerBetweenTwoHeartbeats() {
        Router router = Router.joined(1);
        for (int i = 0; i < LIMITS.maxIhavePerHeartbeat(); i++) {
            router.receivesIHave(PEER, List.of(message(i).id()));
            assertThat(router.asked()).hasSize(1);
        }
        router.receivesIHave(PEER, List.of(message(1_000).id()));
        assertThat(router.asked()).isEmpty();

        router.heartbeat();
        router.receivesIHave(PEER, List.of(message(1_000).id()));
        assertThat(router.asked()).hasSize(1);
    }

    @Test
    void soManyIdsAreAskedOfAPeerBetweenTwoHeartbeats() {
        Router router = Router.joined(1);
        router.receivesIHave(PEER, ids(LIMITS.maxIdsPerHeartbeat() - 1));
        assertThat(router.asked()).hasSize(LIMITS.maxIdsPerHeartbeat() - 1);
        router.receivesIHave(PEER, List.of(message(9_000).id(), message(9_001).id()));
        assertThat(router.asked()).hasSize(1);
        router.receivesIHave(PEER, List.of(message(9_002).id()));
        assertThat(router.asked()).isEmpty();
    }

    @Test
    void aPeerIsToldSoManyIdsAtATime() {
        Router router = Router.joined(0);
        for (int i = 0; i <= LIMITS.maxIdsPerHeartbeat(); i++) {
            router.happens(new Input.Publish(message(i)));
        }
        PeerId peer = router.subscriber(0);
        router.receivesPrune(peer, 60);
        router.heartbeat();
        assertThat(router.all(Output.SendControl.class))
                .singleElement()
                .satisfies(
                        send -> assertThat(send.rpc().ihaves().getFirst().ids()).hasSize(LIMITS.maxIdsPerHeartbeat()));
    }

    @Test
    void aMessageIsSentToAPeerThatAsksForItThreeTimesAndNoMore() {
        Router router = Router.joined(1);
        Message message = message(1);
        router.happens(new Input.Publish(message));
        for (int i = 0; i < LIMITS.maxRetransmissions(); i++) {
            router.receivesIWant(PEER, List.of(message.id()));
            assertThat(router.sentTo()).containsExactly(PEER);
        }
        router.receivesIWant(PEER, List.of(message.id()));
        assertThat(router.sentTo()).isEmpty();

        router.subscriber(1);
        router.receivesIWant(TestPeers.peer(1), List.of(message.id()));
        assertThat(router.sentTo()).as("that counts by peer").containsExactly(TestPeers.peer(1));
    }

    @Test
    void whatIsNotHeldAnyMoreIsNotSent() {
        Router router = Router.joined(1);
        Message message = message(1);
        router.happens(new Input.Publish(message));
        router.passSeconds(4);
        router.receivesIWant(PEER, List.of(message.id()));
        assertThat(router.sentTo()).hasSize(1);
        router.passSeconds(1);
        router.receivesIWant(PEER, List.of(message.id()));
        assertThat(router.sentTo()).isEmpty();
    }

    @Test
    void soManyBytesAreSentToAPeerForItsIWantsBetweenTwoHeartbeats() {
        Router router = Router.joined(1);
        int each = 60_000;
        int fit = Math.ceilDiv(LIMITS.maxIwantBytesPerHeartbeat(), each);
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < fit + 5; i++) {
            Message message = message(TestPeers.peer(9), i, new byte[each]);
            router.happens(new Input.Publish(message));
            ids.add(message.id());
        }
        router.receivesIWant(PEER, ids);
        assertThat(router.sentTo()).hasSize(fit);
        router.receivesIWant(PEER, ids.reversed());
        assertThat(router.sentTo()).isEmpty();
        router.heartbeat();
        router.receivesIWant(PEER, ids.reversed());
        assertThat(router.sentTo()).isNotEmpty();
    }

    @Test
    void soManyIdsOfAPeersIWantsAreLookedAtBetweenTwoHeartbeats() {
        Router router = Router.joined(1);
        Message message = message(1);
        router.happens(new Input.Publish(message));
        List<MessageId> wanted = new ArrayList<>(IntStream.range(0, LIMITS.maxIdsPerHeartbeat() - 1)
                .mapToObj(i -> message(10 + i).id())
                .toList());
        router.receivesIWant(PEER, wanted);
        router.receivesIWant(PEER, List.of(message.id()));
        assertThat(router.sentTo()).hasSize(1);
        router.receivesIWant(PEER, List.of(message.id()));
        assertThat(router.sentTo()).isEmpty();
    }

    @Test
    void onlyTheTopicsOwnMessagesAreTold() {
        Router router = Router.joined(1);
        router.receivesPrune(PEER, 60);
        router.happens(new Input.Publish(message(1)));
        router.happens(new Input.Subscribe("other"));
        router.subscribes(PEER, true, "other");
        router.receivesPrune(PEER, 60);
        router.heartbeat();
        assertThat(router.all(Output.SendControl.class).stream()
                        .flatMap(send -> send.rpc().ihaves().stream())
                        .map(Messages.IHave::topic))
                .containsExactly(TOPIC);
    }

    private static List<MessageId> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> message(i).id()).toList();
    }
}
