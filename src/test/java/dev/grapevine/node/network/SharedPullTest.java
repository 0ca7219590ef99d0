package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Peers share the ranges of long logs, and logs share the peers; whatever comes is applied in the order of its log. */
class SharedPullTest extends SyncStory {

    @Test
    void pullsWhatAPeerHasMoreOfUntilItIsAllThere() {
        List<Output> outputs = connect(ALICE, new Ahead(ISSUER, 4, 10));
        Output.Pull pull = pull(outputs);
        assertThat(pull).isEqualTo(new Output.Pull(pull.range(), ALICE, ISSUER, 5, 10));
        assertThat(opened(outputs)).containsExactly(pull.range());
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        assertThat(state.pulls().eventsToGo()).isEqualTo(6);
        assertThat(arrived(pull, 7)).isEmpty();
        assertThat(applied(7)).isEmpty();
        assertThat(state.pulls().eventsToGo()).isEqualTo(3);
        assertThat(arrived(pull, 10)).containsExactly(new Output.Cancel(pull.range()));
        assertThat(applied(10)).containsExactly(new Output.Close(ISSUER));
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        assertThat(state.pulls().eventsToGo()).isZero();
        assertThat(state.pulls().eventsApplied()).isEqualTo(6);
    }

    @Test
    void twoPeersShareALongLog() {
        connect(ALICE);
        connect(BOB);
        List<Output> outputs = new ArrayList<>(says(ALICE, ahead(10 * RANGE - 1)));
        outputs.addAll(says(BOB, ahead(10 * RANGE - 1)));
        List<Output.Pull> pulls = pulls(outputs);
        assertThat(pulls).hasSize(LogPull.MAX_RANGES);
        assertThat(asked(outputs)).contains(ALICE, BOB);
        for (int i = 0; i < pulls.size(); i++) {
            assertThat(pulls.get(i).from()).isEqualTo((long) i * RANGE);
            assertThat(pulls.get(i).to()).isEqualTo((i + 1L) * RANGE - 1);
        }
        assertThat(opened(outputs)).containsExactly(pulls.getFirst().range());
    }

    @Test
    void rangesAreOpenedInTheOrderOfTheLogHoweverTheyCome() {
        connect(ALICE);
        connect(BOB);
        List<Output.Pull> pulls = pulls(says(ALICE, ahead(3 * RANGE - 1)));
        assertThat(opened(comes(pulls.get(2)))).isEmpty();
        assertThat(opened(comes(pulls.get(1)))).isEmpty();
        assertThat(opened(comes(pulls.get(0))))
                .containsExactly(pulls.get(1).range(), pulls.get(2).range());
    }

    @Test
    void whatAPeerLeftOutIsAskedOfAnotherBeforeWhatComesAfterItIsOpened() {
        connect(ALICE, ahead(2 * RANGE - 1));
        connect(BOB, ahead(2 * RANGE - 1));
        // Alice has been asked for both ranges before Bob came
        Output.Pull first = new Output.Pull(0, ALICE, ISSUER, 0, RANGE - 1);
        Output.Pull second = new Output.Pull(1, ALICE, ISSUER, RANGE, 2 * RANGE - 1);
        comes(second);
        arrived(first, 99);
        List<Output> outputs = ended(first);
        Output.Pull rest = pull(outputs);
        assertThat(rest.from()).isEqualTo(100);
        assertThat(rest.to()).isEqualTo(RANGE - 1);
        assertThat(opened(outputs)).containsExactly(rest.range());
        assertThat(opened(comes(rest))).containsExactly(second.range());
    }

    @Test
    void aFrameThatReachesIntoTheNextRangeLeavesNoHole() {
        List<Output.Pull> pulls = pulls(connect(ALICE, ahead(2 * RANGE - 1)));
        assertThat(opened(arrived(pulls.get(0), RANGE + 100)))
                .containsExactly(pulls.get(1).range());
        comes(pulls.get(1));
        assertThat(applied(2 * RANGE - 1)).containsExactly(new Output.Close(ISSUER));
    }

    @Test
    void resumesWhereItStopped() {
        Output.Pull pull = pull(connect(ALICE, ahead(500)));
        arrived(pull, 200);
        applied(200);
        handle(new Input.Disconnected(ALICE));
        ended(pull);
        assertThat(completeness()).isEqualTo(Completeness.ISOLATED);
        Output.Pull again = pull(connect(ALICE, new Ahead(ISSUER, 200, 500)));
        assertThat(again.from()).isEqualTo(201);
    }

    @Test
    void asksNoPeerAndNoLogForMoreThanTheirShare() {
        connect(ALICE);
        List<Ahead> logs = IntStream.range(200, 300)
                .mapToObj(i -> new Ahead(issuer(i), -1, 0))
                .toList();
        assertThat(pulls(says(ALICE, logs.toArray(Ahead[]::new)))).hasSize(Pulls.MAX_PULLS_PER_PEER);
        List<Output> outputs = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            outputs.addAll(connect(peer(i), logs.toArray(Ahead[]::new)));
        }
        outputs.addAll(handle(new Input.Tick(0)));
        assertThat(Pulls.MAX_PULLS_PER_PEER + pulls(outputs).size()).isEqualTo(Pulls.MAX_PULLS);
    }

    @Test
    void readsNoFurtherAheadThanItsBoundHoweverSlowTheDatabaseIs() {
        connect(ALICE);
        Ahead[] logs = IntStream.range(200, 300)
                .mapToObj(i -> new Ahead(issuer(i), -1, 0))
                .toArray(Ahead[]::new);
        List<Output.Pull> pulls = new ArrayList<>(pulls(says(ALICE, logs)));
        for (int i = 0; i < pulls.size(); i++) {
            pulls.addAll(pulls(comes(pulls.get(i))));
        }
        assertThat(pulls).hasSize(Pulls.MAX_RANGES);
        assertThat(pulls(handle(new Input.Applied(pulls.getFirst().issuer(), 0))))
                .hasSize(1);
    }

    @Test
    void triesAgainLaterWhereOurOwnDatabaseFails() {
        Output.Pull pull = pull(connect(ALICE, ahead(5)));
        arrived(pull, 3);
        assertThat(stopped(ALICE, Why.OURS)).containsExactly(new Output.Close(ISSUER));
        assertThat(ended(pull)).isEmpty();
        assertThat(state.pulls().behind()).isEqualTo(1);
        assertThat(after(Pulls.RETRY_AFTER.minusMillis(1))).isEmpty();
        assertThat(pull(after(Duration.ofMillis(1))).from()).isZero();
    }

    @Test
    void whatGossipBringsMeanwhileIsNotAskedFor() {
        List<Output.Pull> pulls = pulls(connect(ALICE, ahead(20 * RANGE - 1)));
        applied(19 * RANGE - 1);
        List<Output> outputs = new ArrayList<>();
        pulls.forEach(pull -> outputs.addAll(comes(pull)));
        assertThat(pulls(outputs).getFirst().from()).isEqualTo(19L * RANGE);
    }

    @Test
    void aGapThatGossipShowsIsAskedOfTheForwarderFirstAndThenOfOthers() {
        connect(ALICE);
        connect(BOB);
        Output.Pull pull = pull(handle(new Input.Gap(BOB, ahead(5))));
        assertThat(pull.peer()).isEqualTo(BOB);
        assertThat(asked(ended(pull))).containsExactly(ALICE);
    }

    @Test
    void beyondItsBoundFurtherLogsWaitForTheNextComparison() {
        Ahead[] logs = IntStream.rangeClosed(0, SyncState.MAX_WANTS)
                .mapToObj(i -> new Ahead(someIssuer(i), -1, 0))
                .toArray(Ahead[]::new);
        connect(ALICE, logs);
        assertThat(state.pulls().behind()).isEqualTo(SyncState.MAX_WANTS);
    }

    private static IssuerId someIssuer(int number) {
        byte[] key = ByteBuffer.allocate(32).putInt(number).array();
        return new IssuerId(PublicKey.ed25519(key));
    }
}
