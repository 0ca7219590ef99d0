package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Peers that are slow, that claim what they cannot show, or that send what is refused are left for others. */
class BadPeersTest extends SyncStory {

    @Test
    void leavesAPeerThatDeliversNothingForAnother() {
        connect(ALICE);
        connect(BOB);
        Output.Pull pull = pull(says(ALICE, ahead(5)));
        says(BOB, ahead(5));
        assertThat(pull.peer()).isEqualTo(ALICE);
        assertThat(asked(ended(pull))).containsExactly(BOB);
    }

    @Test
    void aClaimThatCameToNothingDoesNotMakeTheRegistryIncompleteForEver() {
        Output.Pull pull = pull(connect(ALICE, ahead(1_000)));
        assertThat(ended(pull)).containsExactly(new Output.Close(ISSUER));
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        assertThat(says(ALICE, ahead(1_000))).isEmpty();
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        assertThat(pulls(says(ALICE, ahead(1_001)))).hasSize(1); // that is news
    }

    @Test
    void theSameClaimIsTriedAgainLessAndLessOften() {
        ended(pull(connect(ALICE, ahead(9))));
        Duration pause = PeerRecord.REMEMBERED_FOR;
        for (int times = 0; times < PeerRecord.MAX_STRIKES - 2; times++) {
            now = now.plus(pause).minusMillis(1);
            assertThat(pulls(says(ALICE, ahead(9)))).isEmpty();
            now = now.plusMillis(1);
            ended(pull(says(ALICE, ahead(9))));
            pause = times < PeerRecord.MAX_DOUBLINGS ? pause.multipliedBy(2) : pause;
        }
    }

    @Test
    void aPeerThatMakesClaimsUpIsLeftAlone() {
        connect(ALICE);
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < PeerRecord.MAX_STRIKES; i++) {
            Output.Pull pull = pull(says(ALICE, new Ahead(issuer(200 + i), -1, 7)));
            outputs.addAll(ended(pull));
        }
        assertThat(pulls(outputs)).isEmpty();
        assertThat(pulls(says(ALICE, new Ahead(issuer(300), -1, 7)))).isEmpty();
        assertThat(state.pulls().behind()).isZero();
        now = now.plus(PeerRecord.REST);
        assertThat(pulls(says(ALICE, new Ahead(issuer(300), -1, 7)))).hasSize(1);
    }

    @Test
    void aPeerThatDeliversIsNoLiarForHavingFailedBefore() {
        connect(ALICE);
        for (int i = 0; i < 3 * PeerRecord.MAX_STRIKES; i++) {
            Output.Pull pull = pull(says(ALICE, new Ahead(issuer(200 + i), -1, 7)));
            if (i % 3 == 0) {
                comes(pull);
                handle(new Input.Applied(pull.issuer(), 7));
            } else {
                ended(pull);
            }
        }
        assertThat(pulls(says(ALICE, ahead(7)))).hasSize(1);
    }

    @Test
    void aPeerThatIsGoneWasNotLying() {
        Output.Pull pull = pull(connect(ALICE, ahead(9)));
        handle(new Input.Disconnected(ALICE));
        ended(pull);
        assertThat(pulls(connect(ALICE, ahead(9)))).hasSize(1);
    }

    @Test
    void whoSendsWhatIsRefusedIsLeftAloneAndTheLogBegunAnewElsewhere() {
        connect(ALICE);
        connect(BOB);
        List<Output.Pull> pulls = pulls(says(ALICE, ahead(3 * RANGE - 1)));
        says(BOB, ahead(3 * RANGE - 1));
        arrived(pulls.getFirst(), 400);
        applied(400);
        List<Output> outputs = stopped(ALICE, Why.REFUSED);
        assertThat(outputs.getFirst()).isEqualTo(new Output.Close(ISSUER));
        outputs = new ArrayList<>(outputs);
        outputs.addAll(handle(new Input.Tick(0)));
        outputs.addAll(says(ALICE, new Ahead(issuer(300), -1, 7)));
        assertThat(asked(outputs)).isNotEmpty().containsOnly(BOB);
        assertThat(pulls(outputs).getFirst().from()).isEqualTo(401);
    }

    @Test
    void anotherHistoryIsNotHeldAgainstThePeer() {
        connect(ALICE, ahead(9));
        assertThat(stopped(ALICE, Why.DECLINED)).containsExactly(new Output.Close(ISSUER), new Output.Close(ISSUER));
        assertThat(says(ALICE, ahead(9))).isEmpty();
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        assertThat(pulls(says(ALICE, new Ahead(issuer(300), -1, 7)))).hasSize(1);
    }

    @Test
    void whatWasDeclinedIsAskedForAgainAfterNewsOfTheIssuersForks() {
        connect(ALICE, ahead(9));
        stopped(ALICE, Why.DECLINED);
        handle(new Input.Spreading(ISSUER));
        assertThat(pulls(says(ALICE, ahead(9)))).hasSize(1);
    }

    @Test
    void whatIsTooEarlyIsNobodysFaultAndComesAgain() {
        connect(ALICE, ahead(9));
        stopped(ALICE, Why.EARLY);
        assertThat(state.pulls().behind()).isZero();
        assertThat(pulls(says(ALICE, ahead(9)))).hasSize(1);
    }

    @Test
    void aPeerThatStallsIsLeftForAnother() {
        connect(ALICE);
        connect(BOB);
        Output.Pull pull = pull(says(ALICE, ahead(9)));
        says(BOB, ahead(9));
        arrived(pull, 3);
        assertThat(pulls(after(Pulls.STALLED))).isEmpty();
        List<Output> outputs = after(Duration.ofMillis(1));
        assertThat(outputs).contains(new Output.Cancel(pull.range()));
        assertThat(pull(outputs).peer()).isEqualTo(BOB);
        assertThat(pull(outputs).from()).isEqualTo(4);
    }

    @Test
    void aPeerThatNeverEndsIsCutWhenItsTimeIsUp() {
        connect(ALICE);
        connect(BOB);
        Output.Pull pull = pull(says(ALICE, ahead(RANGE - 1)));
        says(BOB, ahead(RANGE - 1));
        List<Output> outputs = new ArrayList<>();
        Duration step = Duration.ofSeconds(5);
        int steps = Math.toIntExact(Pulls.RANGE_TIMEOUT.dividedBy(step)) + 1;
        for (int i = 0; i < steps; i++) {
            assertThat(outputs).doesNotContain(new Output.Cancel(pull.range()));
            arrived(pull, i);
            outputs.addAll(after(step));
        }
        assertThat(outputs).contains(new Output.Cancel(pull.range()));
        assertThat(pulls(outputs).getLast().peer()).isEqualTo(BOB);
    }

    @Test
    void aPeerThatIsMuchSlowerThanOthersIsLeftForThem() {
        connect(ALICE);
        connect(BOB);
        Output.Pull quick = pull(says(BOB, new Ahead(issuer(200), -1, 999)));
        now = now.plusSeconds(1);
        comes(quick); // a thousand events a second
        Output.Pull slow = pull(says(ALICE, ahead(RANGE - 1)));
        says(BOB, ahead(RANGE - 1));
        assertThat(slow.peer()).isEqualTo(ALICE);
        now = now.plus(Pulls.GRACE).minusMillis(1);
        arrived(slow, 300);
        assertThat(pulls(handle(new Input.Tick(0)))).isEmpty();
        List<Output> outputs = after(Duration.ofMillis(1));
        assertThat(outputs).contains(new Output.Cancel(slow.range()));
        assertThat(pull(outputs).peer()).isEqualTo(BOB);
    }

    @Test
    void aSlowPeerIsBetterThanNone() {
        Output.Pull pull = pull(connect(ALICE, ahead(9)));
        arrived(pull, 3);
        now = now.plusMillis(1);
        assertThat(asked(after(Pulls.STALLED))).containsExactly(ALICE);
    }

    @Test
    void timeInWhichWeDoNotReadIsNotThePeers() {
        Output.Pull pull = pull(connect(ALICE, ahead(9)));
        arrived(pull, 3);
        handle(new Input.Paused(pull.range(), true));
        assertThat(after(Pulls.RANGE_TIMEOUT.multipliedBy(3))).doesNotContain(new Output.Cancel(pull.range()));
        handle(new Input.Paused(pull.range(), false));
        assertThat(after(Pulls.STALLED)).doesNotContain(new Output.Cancel(pull.range()));
        assertThat(after(Duration.ofMillis(1))).contains(new Output.Cancel(pull.range()));
    }

    @Test
    void aLogOfWhichNothingBecomesIsGivenUp() {
        Output.Pull pull = pull(connect(ALICE, ahead(9)));
        comes(pull); // and the registry never says what became of it
        assertThat(after(Pulls.STUCK)).doesNotContain(new Output.Close(ISSUER));
        assertThat(after(Duration.ofMillis(1))).contains(new Output.Close(ISSUER));
        assertThat(state.pulls().behind()).isZero();
    }

    @Test
    void claimsAreRememberedUpToABound() {
        PeerRecord record = new PeerRecord();
        IntStream.rangeClosed(0, PeerRecord.MAX_REMEMBERED).forEach(i -> record.remember(issuer(i), 7, now));
        assertThat(record.remembered()).isEqualTo(PeerRecord.MAX_REMEMBERED);
        assertThat(record.isBelieved(issuer(0), 7, now)).isTrue(); // the oldest is forgotten
        assertThat(record.isBelieved(issuer(1), 7, now)).isFalse();
    }

    @Test
    void peersAreRememberedUpToABound() {
        ended(pull(connect(ALICE, ahead(9))));
        handle(new Input.Disconnected(ALICE));
        for (int i = 0; i < Pulls.MAX_RECORDS; i++) {
            connect(peer(1_000 + i), ahead(-1));
            handle(new Input.Disconnected(peer(1_000 + i)));
        }
        assertThat(state.pulls().records()).isEqualTo(Pulls.MAX_RECORDS);
        assertThat(pulls(connect(ALICE, ahead(9)))).hasSize(1);
    }
}
