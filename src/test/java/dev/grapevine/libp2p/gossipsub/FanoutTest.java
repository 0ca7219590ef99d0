package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Publishing (v1.0, Message Processing, Fanout Maintenance; v1.1, Flood Publishing). */
class FanoutTest {

    private static final GossipsubConfig NO_FLOOD = GossipsubConfig.defaults().withFloodPublish(false);

    @Test
    void floodPublishingReachesEveryPeerOfTheTopic() {
        Router router = Router.joined(30);
        router.heartbeat();
        router.happens(new Input.Publish(message(1)));
        assertThat(router.sentTo()).hasSize(30);
        assertThat(router.all(Output.Published.class))
                .singleElement()
                .satisfies(published -> assertThat(published.peers()).hasSize(30));
    }

    @Test
    void withoutItTheMeshOfAJoinedTopicGetsTheMessage() {
        Router router = new Router(NO_FLOOD);
        router.happens(new Input.Subscribe(TOPIC));
        IntStream.range(0, 30).forEach(router::subscriber);
        router.heartbeat();
        router.happens(new Input.Publish(message(1)));
        assertThat(router.sentTo()).containsExactlyInAnyOrderElementsOf(router.mesh());
    }

    @Test
    void andOfATopicThatIsNotJoinedTheSameFewPeersAsLongAsItIsPublishedTo() {
        Router router = new Router(NO_FLOOD);
        IntStream.range(0, 30).forEach(router::subscriber);
        router.happens(new Input.Publish(message(1)));
        List<PeerId> fanout = router.sentTo();
        assertThat(fanout).hasSize(6);

        router.passSeconds(60);
        router.happens(new Input.Publish(message(2)));
        assertThat(router.sentTo()).containsExactlyInAnyOrderElementsOf(fanout);

        router.passSeconds(61);
        router.happens(new Input.Subscribe(TOPIC));
        assertThat(router.mesh()).as("forgotten after a minute").isNotEqualTo(Set.copyOf(fanout));
    }

    @Test
    void thePeersOfTheFanoutMoveToTheMeshWhenTheTopicIsJoined() {
        Router router = new Router(NO_FLOOD);
        IntStream.range(0, 30).forEach(router::subscriber);
        router.happens(new Input.Publish(message(1)));
        List<PeerId> fanout = router.sentTo();
        router.happens(new Input.Subscribe(TOPIC));
        assertThat(router.mesh()).containsExactlyInAnyOrderElementsOf(fanout);
    }

    @Test
    void theHeartbeatReplacesPeersThatAreGoneAndGossipsToOthers() {
        Router router = new Router(NO_FLOOD);
        IntStream.range(0, 30).forEach(router::subscriber);
        router.happens(new Input.Publish(message(1)));
        PeerId gone = router.sentTo().getFirst();
        PeerId left = router.sentTo().getLast();
        router.happens(new Input.PeerRemoved(gone));
        router.subscribes(left, false, TOPIC);
        router.heartbeat();
        assertThat(router.gossipedTo()).hasSize(6);
        router.happens(new Input.Publish(message(2)));
        assertThat(router.sentTo()).hasSize(6).doesNotContain(gone, left);
    }

    @Test
    void soManyTopicsHaveAFanout() {
        Fanout fanout =
                new Fanout(NO_FLOOD, new SplittableRandom(1), new Peers(), new Scores(NO_FLOOD.scoring(), Set.of()));
        for (int i = 0; i <= Fanout.MAX_TOPICS; i++) {
            fanout.publishTo("topic " + i, i);
        }
        assertThat(fanout.topics()).hasSize(Fanout.MAX_TOPICS).doesNotContain("topic 0");
    }
}
