package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncStateTest {

    private static final PeerId ALICE = PeerId.of(key(1).publicKey());
    private static final PeerId BOB = PeerId.of(key(2).publicKey());
    private static final IssuerId ISSUER = new IssuerId(key(3).publicKey());

    private final SyncState state = new SyncState(new Random(1));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void comparesFrontiersWithEveryNewPeerAtOnce() {
        assertThat(handle(new Input.Connected(ALICE))).containsExactly(new Output.Compare(ALICE));
        assertThat(handle(new Input.Connected(BOB))).containsExactly(new Output.Compare(BOB));
    }

    @Test
    void pullsWhatAPeerHasMoreOfUntilItIsAllThere() {
        handle(new Input.Connected(ALICE));
        assertThat(handle(new Input.Compared(ALICE, List.of(new Ahead(ISSUER, 10)))))
                .containsExactly(new Output.Pull(ALICE, ISSUER));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, -1, 4))).containsExactly(new Output.Pull(ALICE, ISSUER));
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, 4, 10))).isEmpty();
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
    }

    @Test
    void asksOnePeerAtATimeForAnIssuer() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Connected(BOB));
        handle(new Input.Compared(ALICE, List.of(new Ahead(ISSUER, 10))));
        assertThat(handle(new Input.Compared(BOB, List.of(new Ahead(ISSUER, 12)))))
                .isEmpty();
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, -1, 10))).hasSize(1);
        assertThat(state.wanted()).containsExactly(new Ahead(ISSUER, 12));
    }

    @Test
    void leavesAPeerThatDeliversNothingForAnother() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Connected(BOB));
        assertThat(handle(new Input.Gap(ALICE, new Ahead(ISSUER, 5)))).containsExactly(new Output.Pull(ALICE, ISSUER));
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, -1, 0))) // made some way
                .containsExactly(new Output.Pull(ALICE, ISSUER));
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, 0, 0))).containsExactly(new Output.Pull(BOB, ISSUER));
    }

    @Test
    void forgetsAClaimThatNobodyCanShow() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Compared(ALICE, List.of(new Ahead(ISSUER, 1_000_000))));
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, 7, 7))).isEmpty();
        assertThat(state.wanted()).isEmpty();
    }

    @Test
    void goesToOthersWhenThePeerAskedIsGone() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Connected(BOB));
        handle(new Input.Gap(ALICE, new Ahead(ISSUER, 5)));
        handle(new Input.Disconnected(ALICE));
        assertThat(handle(new Input.Pulled(ALICE, ISSUER, -1, -1))).containsExactly(new Output.Pull(BOB, ISSUER));
    }

    @Test
    void triesAgainLaterWhereOurOwnDatabaseFails() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Gap(ALICE, new Ahead(ISSUER, 5)));
        assertThat(handle(new Input.PullPostponed(ISSUER))).isEmpty();
        assertThat(state.wanted()).containsExactly(new Ahead(ISSUER, 5));
        now = now.plus(SyncState.RETRY_AFTER).minusMillis(1);
        assertThat(handle(new Input.Tick(0))).isEmpty();
        now = now.plusMillis(1);
        assertThat(handle(new Input.Tick(0))).containsExactly(new Output.Pull(ALICE, ISSUER));
    }

    @Test
    void comparesSoonWithAPeerWhoseGossipWasDropped() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Dropped(ALICE));
        handle(new Input.Dropped(BOB)); // is not connected
        assertThat(handle(new Input.Tick(0))).isEmpty(); // a comparison is under way, which may have begun before
        handle(new Input.Compared(ALICE, List.of()));
        assertThat(handle(new Input.Tick(0))).containsExactly(new Output.Compare(ALICE));
        handle(new Input.Compared(ALICE, List.of()));
        assertThat(handle(new Input.Tick(0))).isEmpty();
    }

    @Test
    void runsABoundedNumberOfPullsAtOnce() {
        handle(new Input.Connected(ALICE));
        List<Ahead> ahead = IntStream.range(10, 10 + SyncState.MAX_PULLS + 1)
                .mapToObj(i -> new Ahead(new IssuerId(key(i).publicKey()), 1))
                .toList();
        assertThat(handle(new Input.Compared(ALICE, ahead))).hasSize(SyncState.MAX_PULLS);
        assertThat(handle(new Input.Pulled(ALICE, ahead.getFirst().issuer(), -1, 1)))
                .containsExactly(new Output.Pull(ALICE, ahead.getLast().issuer()));
    }

    @Test
    void comparesWithOneRandomPeerEveryMinute() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Compared(ALICE, List.of()));
        now = now.plus(SyncState.COMPARE_EVERY).minusMillis(1);
        assertThat(handle(new Input.Tick(0))).isEmpty();
        now = now.plusMillis(1);
        assertThat(handle(new Input.Tick(0))).containsExactly(new Output.Compare(ALICE));
    }

    @Test
    void isCurrentOnlyWhileAComparisonHolds() {
        assertThat(completeness()).isEqualTo(Completeness.ISOLATED);
        handle(new Input.Connected(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        handle(new Input.Compared(ALICE, List.of()));
        now = now.plus(SyncState.COMPARISON_HOLDS);
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        now = now.plus(Duration.ofMillis(1));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        handle(new Input.Disconnected(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.ISOLATED);
    }

    @Test
    void fetchesMissingBodiesFromOnePeerAfterTheOther() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Connected(BOB));
        handle(new Input.Compared(ALICE, List.of()));
        assertThat(handle(new Input.Tick(7))).containsExactly(new Output.FetchBodies(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        assertThat(handle(new Input.Tick(7))).isEmpty();
        handle(new Input.BodiesFetched(ALICE, 0));
        assertThat(handle(new Input.Tick(7))).containsExactly(new Output.FetchBodies(BOB));
        handle(new Input.BodiesFetched(BOB, 7));
        handle(new Input.Tick(0));
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
    }

    private List<Output> handle(Input input) {
        return state.handle(input, now);
    }

    private Completeness completeness() {
        return state.registry(now).completeness();
    }

    private static PrivateKey key(int number) {
        return PrivateKey.ofSeed(ByteBuffer.allocate(32).putInt(number).array());
    }
}
