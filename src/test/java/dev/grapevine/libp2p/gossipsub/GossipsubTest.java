package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.gossipsub.MemorySwarms.Host;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.multiformats.Varint;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Whole routers with real signatures, over streams in memory. */
class GossipsubTest {

    private static final String TOPIC = "news";
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final MemorySwarms swarms = new MemorySwarms();
    private final Host alice = swarms.host(1);
    private final Host bob = swarms.host(2);
    private final Host carol = swarms.host(3);
    private final List<PubsubMessage> atBob = new ArrayList<>();
    private final List<PubsubMessage> atCarol = new ArrayList<>();

    @Test
    void aPublishedMessageIsSignedHandedOverAndForwarded() {
        Gossipsub publisher = line();

        CompletableFuture<Integer> sentTo =
                publisher.publish(TOPIC, bytes("hello")).toCompletableFuture();
        swarms.loop.run();

        assertThat(sentTo).isCompletedWithValue(1);
        assertThat(atBob).singleElement().satisfies(message -> {
            assertThat(message.data()).isEqualTo(bytes("hello"));
            assertThat(message.author()).isEqualTo(alice.localPeer());
            assertThat(message.source()).isEqualTo(alice.localPeer());
        });
        assertThat(atCarol).singleElement().satisfies(message -> {
            assertThat(message.author()).isEqualTo(alice.localPeer());
            assertThat(message.source()).isEqualTo(bob.localPeer());
        });
    }

    @Test
    void aPeerThatOpensItsStreamFirstHearsWhatWeHaveJoinedAllTheSame() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        bob.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, message -> {
            atBob.add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        swarms.connectBeforeIdentified(alice, bob);

        publisher.publish(TOPIC, bytes("hello"));
        swarms.loop.run();

        assertThat(atBob).hasSize(1);
    }

    @Test
    void messagesArriveInTheOrderInWhichTheyWerePublished() {
        Gossipsub publisher = line();
        for (int i = 0; i < 500; i++) {
            publisher.publish(TOPIC, bytes("" + i));
        }
        swarms.loop.run();

        assertThat(atCarol).hasSize(500);
        assertThat(atCarol).isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.seqno(), b.seqno()));
        assertThat(new String(atCarol.get(499).data(), UTF_8)).isEqualTo("499");
    }

    @Test
    void whatAHandlerRejectsOrFailsOnIsNotForwarded() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        Gossipsub middle = bob.gossipsub(GossipsubConfig.defaults());
        middle.subscribe(TOPIC, message -> switch (new String(message.data(), UTF_8)) {
            case "bad" -> CompletableFuture.completedFuture(Verdict.REJECT);
            case "early" -> CompletableFuture.completedFuture(Verdict.IGNORE);
            case "failing" -> CompletableFuture.failedFuture(new IllegalStateException("no room"));
            case "throwing" -> throw new IllegalStateException("no room");
            default -> CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        subscribeCarolBehindBob();

        for (String data : List.of("bad", "early", "failing", "throwing", "good")) {
            publisher.publish(TOPIC, bytes(data));
        }
        swarms.pass(HEARTBEAT);

        assertThat(atCarol)
                .singleElement()
                .satisfies(message -> assertThat(message.data()).isEqualTo(bytes("good")));
        assertThat(middle.metrics().rejected()).isEqualTo(1);
        assertThat(middle.metrics().ignored()).isEqualTo(3);
    }

    @Test
    void aForgedMessageIsNeitherHandedOverNorForwarded() {
        line();
        Message honest = new MessageSigner(alice.key, Instant.EPOCH).sign(TOPIC, bytes("hello"));
        Message forged =
                Codec.message(honest.from(), bytes("forged"), honest.seqno(), TOPIC, honest.signature(), honest.key());
        Stream toBob = alice.opened.getFirst();

        sendFrame(toBob, Codec.encode(Rpc.of(forged)));
        swarms.pass(HEARTBEAT);
        assertThat(atBob).isEmpty();

        sendFrame(toBob, Codec.encode(Rpc.of(honest)));
        swarms.pass(HEARTBEAT);
        assertThat(atBob).as("the forgery did not use up the id").hasSize(1);
        assertThat(atCarol).hasSize(1);
    }

    @Test
    void theStreamIsOpenedAgainAfterItWasLostAndTheMeshStands() {
        Gossipsub publisher = line();
        swarms.pass(HEARTBEAT);
        bob.accepted.getFirst().bytes().reset();
        alice.accepted.getFirst().bytes().reset();
        swarms.pass(Duration.ofSeconds(3));

        publisher.publish(TOPIC, bytes("again"));
        swarms.pass(HEARTBEAT);

        assertThat(atBob).hasSize(1);
        assertThat(publisher.metrics().streamsLost()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aPeerThatAcceptsNoStreamIsTriedAFewTimesAndThenLeft() {
        alice.gossipsub(GossipsubConfig.defaults());
        bob.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, recordAt(atBob));
        alice.failOpenings = Integer.MAX_VALUE;
        bob.failOpenings = Integer.MAX_VALUE;
        swarms.connect(alice, bob);
        swarms.pass(Duration.ofMinutes(5));

        assertThat(Integer.MAX_VALUE - alice.failOpenings).isEqualTo(PeerLink.MAX_OPENINGS);
    }

    @Test
    void aFrameThatIsNoRpcCostsThePeerItsStream() {
        Gossipsub publisher = line();
        sendFrame(alice.opened.getFirst(), new byte[] {(byte) 0xff, 1, 2, 3});
        swarms.pass(Duration.ofSeconds(3));
        publisher.publish(TOPIC, bytes("still here"));
        swarms.pass(HEARTBEAT);

        assertThat(alice.opened).as("it comes back with a new one").hasSize(2);
        assertThat(atBob).hasSize(1);
    }

    @Test
    void aFrameAboveOneMebibyteCostsThePeerItsStream() {
        line();
        alice.opened.getFirst().bytes().write(Varint.encode(Codec.MAX_FRAME_BYTES + 1));
        swarms.pass(Duration.ofSeconds(3));

        assertThat(alice.opened).hasSize(2);
    }

    @Test
    void aPeerThatDoesNotReadHoldsNobodyElseUp() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        publisher.subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        bob.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, recordAt(atBob));
        // Carol announces the topic, then reads nothing
        carol.handle(Version.PROTOCOLS.getFirst(), stream -> stream.bytes().setReading(false));
        swarms.loop.run();
        swarms.connect(alice, bob);
        swarms.connect(alice, carol);
        carol.open(alice.localPeer(), Version.PROTOCOLS)
                .thenAccept(stream -> sendFrame(stream, Codec.encode(subscription())));
        swarms.loop.run();

        int many = 200;
        for (int i = 0; i < many; i++) {
            publisher.publish(TOPIC, new byte[60_000]);
            swarms.loop.run();
        }
        swarms.pass(HEARTBEAT);

        assertThat(atBob).hasSize(many);
        assertThat(publisher.metrics().framesDropped()).isPositive();
    }

    @Test
    void aPeerThatReadsNothingIsDroppedWhileTheMeshGoesOnAndMayComeBack() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        publisher.subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        bob.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, recordAt(atBob));
        carol.handle(Version.PROTOCOLS.getFirst(), stream -> stream.bytes().setReading(false));
        swarms.connect(alice, bob);
        swarms.connect(alice, carol);
        carol.open(alice.localPeer(), Version.PROTOCOLS)
                .thenAccept(stream -> sendFrame(stream, Codec.encode(subscription())));
        swarms.pass(HEARTBEAT);
        assertThat(publisher.meshes().get(TOPIC)).contains(bob.localPeer(), carol.localPeer());

        int seconds = (int) PeerLink.STUCK_MILLIS / 1_000 + 2;
        for (int i = 0; i < seconds; i++) {
            publisher.publish(TOPIC, new byte[60_000]);
            swarms.pass(HEARTBEAT);
        }

        assertThat(publisher.subscribers(TOPIC)).containsExactly(bob.localPeer());
        assertThat(publisher.meshes().get(TOPIC)).containsExactly(bob.localPeer());
        assertThat(publisher.metrics().peersStuck()).isEqualTo(1);
        assertThat(atBob).hasSize(seconds);

        carol.open(alice.localPeer(), Version.PROTOCOLS)
                .thenAccept(stream -> sendFrame(stream, Codec.encode(subscription())));
        swarms.pass(HEARTBEAT);
        assertThat(publisher.subscribers(TOPIC)).contains(carol.localPeer());
    }

    @Test
    void whoWaitsForEachResultLosesNothing() {
        Gossipsub publisher = line();
        int many = 200;
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        publishNext(publisher, results, many);
        swarms.pass(Duration.ofSeconds(20));

        assertThat(results).hasSize(many).allMatch(CompletableFuture::isDone);
        assertThat(atBob).hasSize(many);
        assertThat(publisher.metrics().framesDropped()).isZero();
    }

    private void publishNext(Gossipsub publisher, List<CompletableFuture<Integer>> results, int left) {
        if (left > 0) {
            CompletionStage<Integer> result = publisher.publish(TOPIC, new byte[60_000]);
            results.add(result.toCompletableFuture());
            result.thenRun(() -> publishNext(publisher, results, left - 1));
        }
    }

    @Test
    void aPeerThatDoesNotReadDelaysResultsByAHeartbeatAtMost() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        carol.handle(Version.PROTOCOLS.getFirst(), stream -> stream.bytes().setReading(false));
        swarms.connect(alice, carol);
        carol.open(alice.localPeer(), Version.PROTOCOLS)
                .thenAccept(stream -> sendFrame(stream, Codec.encode(subscription())));
        swarms.loop.run();
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            results.add(publisher.publish(TOPIC, new byte[60_000]).toCompletableFuture());
        }
        swarms.loop.run();
        assertThat(results.getFirst()).isDone();
        assertThat(results.getLast()).isNotDone();
        swarms.pass(HEARTBEAT);
        assertThat(results).allMatch(CompletableFuture::isDone);
    }

    @Test
    void refusesToPublishWhatIsTooLongOrTooMuch() {
        Gossipsub publisher = line();
        int max = GossipsubConfig.defaults().limits().maxDataBytes();

        assertThatThrownBy(() -> publisher.publish(TOPIC, new byte[max + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        publisher.publish(TOPIC, new byte[max]);
        swarms.loop.run();
        assertThat(atBob).hasSize(1);

        for (int i = 0; i < Gossipsub.MAX_PUBLISHING; i++) {
            publisher.publish(TOPIC, new byte[1]);
        }
        assertThat(publisher.publish(TOPIC, new byte[1]).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void refusesASecondHandlerForATopicAndMoreTopicsThanTheLimit() {
        Gossipsub gossipsub = alice.gossipsub(GossipsubConfig.defaults());
        gossipsub.subscribe(TOPIC, recordAt(atBob));
        assertThatThrownBy(() -> gossipsub.subscribe(TOPIC, recordAt(atBob))).isInstanceOf(IllegalStateException.class);
        for (int i = 1; i < Gossipsub.MAX_TOPICS; i++) {
            gossipsub.subscribe("topic " + i, recordAt(atBob));
        }
        assertThatThrownBy(() -> gossipsub.subscribe("one more", recordAt(atBob)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void showsMeshesAndSubscribersAndForgetsPeersThatLeave() {
        Gossipsub publisher = line();
        publisher.subscribe(TOPIC, recordAt(new ArrayList<>()));
        swarms.pass(HEARTBEAT.multipliedBy(2));
        assertThat(publisher.meshes().get(TOPIC)).containsExactly(bob.localPeer());
        assertThat(publisher.subscribers(TOPIC)).containsExactly(bob.localPeer());

        alice.disconnect(bob);
        swarms.pass(HEARTBEAT);
        assertThat(publisher.meshes().get(TOPIC)).isEmpty();
        assertThat(publisher.metrics().peers()).isZero();
    }

    @Test
    void ofTwoStreamsOfAPeerTheNewerCounts() {
        line();
        alice.open(bob.localPeer(), Version.PROTOCOLS).thenAccept(stream -> sendFrame(stream, signed("newer")));
        swarms.loop.run();
        assertThat(atBob).hasSize(1);
        sendFrame(alice.opened.getFirst(), signed("older"));
        swarms.loop.run();
        assertThat(atBob).hasSize(1);
    }

    @Test
    void aTopicThatIsLeftIsNotHeardAndCanBeJoinedAgain() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        Gossipsub subscriber = bob.gossipsub(GossipsubConfig.defaults());
        subscriber.subscribe(TOPIC, recordAt(atBob));
        swarms.connect(alice, bob);
        subscriber.unsubscribe(TOPIC);
        swarms.loop.run();
        publisher.publish(TOPIC, bytes("unheard"));
        swarms.loop.run();
        assertThat(atBob).isEmpty();

        subscriber.subscribe(TOPIC, recordAt(atBob));
        swarms.loop.run();
        publisher.publish(TOPIC, bytes("heard"));
        swarms.loop.run();
        assertThat(atBob).hasSize(1);
    }

    @Test
    void aClosedRouterIsSilent() {
        Gossipsub publisher = line();
        publisher.close();
        swarms.loop.run();
        publisher.publish(TOPIC, bytes("too late"));
        swarms.pass(HEARTBEAT);

        assertThat(atBob).isEmpty();
    }

    /** Alice – Bob – Carol; Bob and Carol have joined the topic. */
    private Gossipsub line() {
        Gossipsub publisher = alice.gossipsub(GossipsubConfig.defaults());
        bob.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, recordAt(atBob));
        subscribeCarolBehindBob();
        return publisher;
    }

    private void subscribeCarolBehindBob() {
        carol.gossipsub(GossipsubConfig.defaults()).subscribe(TOPIC, recordAt(atCarol));
        swarms.connect(alice, bob);
        swarms.connect(bob, carol);
        swarms.pass(HEARTBEAT);
    }

    private static MessageHandler recordAt(List<PubsubMessage> messages) {
        return message -> {
            messages.add(message);
            return CompletableFuture.completedFuture(Verdict.ACCEPT);
        };
    }

    private static Rpc subscription() {
        return new Rpc(
                List.of(new Messages.Subscription(true, TOPIC)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private byte[] signed(String text) {
        return Codec.encode(Rpc.of(new MessageSigner(alice.key, Instant.EPOCH).sign(TOPIC, bytes(text))));
    }

    private static void sendFrame(Stream stream, byte[] frame) {
        new FrameStream(stream, Codec.MAX_FRAME_BYTES).send(frame);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
