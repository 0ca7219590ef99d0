package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.SELF;
import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a message until its verdict (v1.0, Message Processing; v1.1, Extended Validators; StrictSign). */
class ValidationTest {

    private static final PeerId PEER = TestPeers.peer(0);
    private static final PeerId OTHER = TestPeers.peer(1);
    private static final PeerId AUTHOR = TestPeers.peer(2);

    private final Router router = Router.joined(6);

    @Test
    void aMessageIsVerifiedThenDeliveredThenForwardedToTheMesh() {
        router.heartbeat();
        Message message = message(AUTHOR, 7, new byte[] {1});
        router.receives(PEER, message);
        assertThat(router.outputs).containsExactly(new Output.Verify(message.id(), PEER, message));

        router.happens(new Input.Verified(message.id(), PEER, true));
        assertThat(router.all(Output.Deliver.class)).singleElement().satisfies(deliver -> {
            assertThat(deliver.message().author()).isEqualTo(AUTHOR);
            assertThat(deliver.message().source()).isEqualTo(PEER);
            assertThat(deliver.message().seqno()).isEqualTo(7);
        });

        router.happens(new Input.Judged(message.id(), Verdict.ACCEPT));
        assertThat(router.sentTo())
                .as("all of the mesh but who sent it and who wrote it")
                .containsExactlyInAnyOrder(TestPeers.peer(1), TestPeers.peer(3), TestPeers.peer(4), TestPeers.peer(5));
    }

    @Test
    void whatIsIgnoredOrRejectedIsNotForwardedNorKept() {
        router.heartbeat();
        for (Verdict verdict : List.of(Verdict.IGNORE, Verdict.REJECT)) {
            Message message = message(verdict == Verdict.REJECT ? 1 : 2);
            router.receivesAndJudges(PEER, message, verdict);
            assertThat(router.outputs).isEmpty();
            router.receivesIWant(OTHER, List.of(message.id()));
            assertThat(router.outputs).isEmpty();
        }
        assertThat(router.counters.ignored).isEqualTo(1);
        assertThat(router.counters.rejected).isEqualTo(1);
    }

    @Test
    void aDuplicateIsNotDeliveredAgainWheneverItComes() {
        router.heartbeat();
        Message message = message(1);
        router.receives(PEER, message);
        router.receives(OTHER, message);
        assertThat(router.outputs).as("while it is verified").isEmpty();
        router.happens(new Input.Verified(message.id(), PEER, true));
        router.receives(TestPeers.peer(3), message);
        assertThat(router.outputs).as("while it is judged").isEmpty();
        router.happens(new Input.Judged(message.id(), Verdict.ACCEPT));
        assertThat(router.sentTo()).as("who has it is spared").doesNotContain(PEER, OTHER, TestPeers.peer(3));
        router.receives(TestPeers.peer(4), message);
        assertThat(router.outputs).as("afterwards").isEmpty();
        assertThat(router.counters.duplicates).isEqualTo(3);
    }

    @Test
    void aForgedCopyDoesNotKeepTheTrueOneOut() {
        Message forged = message(AUTHOR, 1, new byte[] {66});
        Message honest = message(AUTHOR, 1, new byte[] {1});
        router.receives(PEER, forged);
        router.receives(OTHER, honest);
        assertThat(router.all(Output.Verify.class))
                .as("they differ, so both are verified")
                .hasSize(1);
        router.happens(new Input.Verified(forged.id(), PEER, false));
        router.happens(new Input.Verified(honest.id(), OTHER, true));
        assertThat(router.all(Output.Deliver.class)).hasSize(1);

        router.receives(PEER, forged);
        assertThat(router.outputs).as("the id is known now").isEmpty();
    }

    @Test
    void ofTwoMessagesThatAnAuthorSignedWithOneNumberTheFirstVerifiedCounts() {
        Message first = message(AUTHOR, 1, new byte[] {1});
        Message second = message(AUTHOR, 1, new byte[] {2});
        router.receives(PEER, first);
        router.receives(OTHER, second);
        router.happens(new Input.Verified(first.id(), OTHER, true));
        assertThat(router.all(Output.Deliver.class)).hasSize(1);
        router.happens(new Input.Verified(first.id(), PEER, true));
        assertThat(router.outputs).isEmpty();
        assertThat(router.state.metrics().validating()).isEqualTo(1);

        router.happens(new Input.Judged(first.id(), Verdict.REJECT));
        assertThat(router.counters.rejected)
                .as("only those who sent the rejected one")
                .isEqualTo(1);
    }

    @Test
    void whatStrictSignDemandsMustBeThere() {
        Message good = message(1);
        byte[] none = {};
        for (Message bad : List.of(
                Codec.message(none, good.data(), good.seqno(), TOPIC, good.signature(), none),
                Codec.message(good.from(), good.data(), none, TOPIC, good.signature(), none),
                Codec.message(good.from(), good.data(), new byte[7], TOPIC, good.signature(), none),
                Codec.message(good.from(), good.data(), good.seqno(), TOPIC, none, none),
                Codec.message(new byte[] {1, 2}, good.data(), good.seqno(), TOPIC, good.signature(), none))) {
            router.receives(PEER, bad);
            assertThat(router.outputs).isEmpty();
        }
        assertThat(router.counters.rejected).isEqualTo(5);
    }

    @Test
    void messagesOfTheLargestSizeAreTakenAndLargerOnesRejected() {
        int max = GossipsubConfig.defaults().limits().maxDataBytes();
        router.receives(PEER, message(AUTHOR, 1, new byte[max]));
        assertThat(router.all(Output.Verify.class)).hasSize(1);
        router.receives(PEER, message(AUTHOR, 2, new byte[max + 1]));
        assertThat(router.outputs).isEmpty();

        Message small = message(3);
        byte[] padding = new byte[max + Reception.MAX_OVERHEAD_BYTES];
        Message padded = Codec.message(small.from(), small.data(), small.seqno(), TOPIC, small.signature(), padding);
        router.receives(PEER, padded);
        assertThat(router.outputs).isEmpty();
        assertThat(router.counters.rejected).isEqualTo(2);
    }

    @Test
    void messagesOfOtherTopicsOfStrangersAndOwnOnesAreDropped() {
        Message good = message(1);
        byte[] none = {};
        router.receives(PEER, Codec.message(good.from(), none, good.seqno(), "other", good.signature(), none));
        assertThat(router.outputs).isEmpty();
        router.receives(TestPeers.peer(99), good);
        assertThat(router.outputs).isEmpty();
        router.receives(PEER, message(SELF, 1, none));
        assertThat(router.outputs).isEmpty();
        assertThat(router.counters.rejected).isZero();
    }

    @Test
    void aPeerMayHaveSoManyMessagesUnderCheckAndWhatIsBeyondCanBeGotAgain() {
        for (int i = 0; i < Validation.MAX_MESSAGES_PER_PEER; i++) {
            router.receives(PEER, message(i));
            assertThat(router.outputs).hasSize(1);
        }
        Message oneMore = message(100_000);
        router.receives(PEER, oneMore);
        assertThat(router.outputs).isEmpty();
        assertThat(router.counters.overloaded).isEqualTo(1);
        assertThat(router.counters.rejected).isZero();

        router.receives(OTHER, oneMore);
        assertThat(router.all(Output.Verify.class)).as("from another peer").hasSize(1);
        Message another = message(100_001);
        router.happens(new Input.Verified(message(0).id(), PEER, false));
        router.receives(PEER, another);
        assertThat(router.all(Output.Verify.class)).as("or when there is room").hasSize(1);
    }

    @Test
    void aPeerMayHaveSoManyBytesUnderCheck() {
        byte[] data = new byte[64 * 1024 - 200];
        int fit = Validation.MAX_BYTES_PER_PEER / message(AUTHOR, 1, data).encoded().length;
        for (int i = 0; i < fit; i++) {
            router.receives(PEER, message(AUTHOR, i, data));
            assertThat(router.outputs).hasSize(1);
        }
        router.receives(PEER, message(AUTHOR, fit, data));
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void allPeersTogetherMayHaveSoManyMessagesUnderCheck() {
        Validation validation = new Validation();
        int taken = 0;
        for (int peer = 0; taken < Validation.MAX_MESSAGES; peer++) {
            for (int i = 0; i < Validation.MAX_MESSAGES_PER_PEER && taken < Validation.MAX_MESSAGES; i++) {
                Message message = message(taken++);
                assertThat(validation.offer(
                                message.id(), message, PeerId.decode(message.from()), TestPeers.peer(peer), 0))
                        .isEqualTo(Validation.Offer.TAKEN);
            }
        }
        Message oneMore = message(taken);
        assertThat(validation.offer(oneMore.id(), oneMore, PeerId.decode(oneMore.from()), TestPeers.peer(900), 0))
                .isEqualTo(Validation.Offer.FULL);
    }

    @Test
    void allPeersTogetherMayHaveSoManyBytesUnderCheck() {
        Validation validation = new Validation();
        byte[] data = new byte[1024 * 1024];
        int fit = Validation.MAX_BYTES / message(AUTHOR, 1, data).encoded().length;
        for (int i = 0; i < fit; i++) {
            Message message = message(AUTHOR, i, data);
            assertThat(validation.offer(message.id(), message, PeerId.decode(message.from()), TestPeers.peer(i), 0))
                    .isEqualTo(Validation.Offer.TAKEN);
        }
        Message oneMore = message(AUTHOR, fit, data);
        assertThat(validation.offer(oneMore.id(), oneMore, PeerId.decode(oneMore.from()), TestPeers.peer(900), 0))
                .isEqualTo(Validation.Offer.FULL);
    }

    @Test
    void aPeerMayHaveOneCopyOfAnIdUnderCheck() {
        router.receives(PEER, message(AUTHOR, 1, new byte[] {1}));
        router.receives(PEER, message(AUTHOR, 1, new byte[] {2}));
        assertThat(router.outputs).isEmpty();
    }

    @Test
    void whatNobodyJudgesInTimeIsGivenUpAndCanBeGotAgain() {
        Message message = message(1);
        router.receives(PEER, message);
        router.happens(new Input.Verified(message.id(), PEER, true));
        router.passSeconds(59);
        assertThat(router.state.metrics().validating()).isEqualTo(1);
        router.passSeconds(1);
        assertThat(router.state.metrics().validating()).isZero();
        router.happens(new Input.Judged(message.id(), Verdict.ACCEPT));
        assertThat(router.outputs).as("too late").isEmpty();
        router.receives(OTHER, message);
        assertThat(router.all(Output.Verify.class)).hasSize(1);
    }
}
