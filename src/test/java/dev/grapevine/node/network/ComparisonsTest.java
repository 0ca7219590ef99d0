package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When frontiers are compared, and for how long that makes the registry current. */
class ComparisonsTest extends SyncStory {

    @Test
    void comparesFrontiersWithEveryNewPeerAtOnce() {
        assertThat(handle(new Input.Connected(ALICE))).containsExactly(new Output.Compare(ALICE));
        assertThat(handle(new Input.Connected(BOB))).containsExactly(new Output.Compare(BOB));
        assertThat(handle(new Input.Connected(BOB))).isEmpty();
    }

    @Test
    void comparesWithOneRandomPeerEveryMinute() {
        connect(ALICE);
        assertThat(after(SyncState.COMPARE_EVERY.minusMillis(1))).isEmpty();
        assertThat(after(Duration.ofMillis(1))).containsExactly(new Output.Compare(ALICE));
    }

    @Test
    void comparesSoonWithAPeerWhoseGossipWasDropped() {
        handle(new Input.Connected(ALICE));
        handle(new Input.Dropped(ALICE));
        handle(new Input.Dropped(BOB)); // is not connected
        assertThat(handle(new Input.Tick(0))).isEmpty(); // a comparison is under way, which may have begun before
        says(ALICE);
        assertThat(handle(new Input.Tick(0))).containsExactly(new Output.Compare(ALICE));
        says(ALICE);
        assertThat(handle(new Input.Tick(0))).isEmpty();
    }

    @Test
    void comparesMoreOftenForAMinuteWhileSomethingSpreads() {
        connect(ALICE);
        handle(new Input.Spreading(ISSUER));
        int comparisons = 0;
        for (int second = 0; second < 120; second++) {
            comparisons += after(Duration.ofSeconds(1)).size();
            says(ALICE);
        }
        assertThat(comparisons).isEqualTo(12 + 1);
    }

    @Test
    void isCurrentOnlyWhileAComparisonHolds() {
        assertThat(completeness()).isEqualTo(Completeness.ISOLATED);
        handle(new Input.Connected(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        says(ALICE);
        now = now.plus(SyncState.COMPARISON_HOLDS);
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        now = now.plus(Duration.ofMillis(1));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        handle(new Input.Disconnected(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.ISOLATED);
    }

    @Test
    void aComparisonThatFailsSaysNothing() {
        handle(new Input.Connected(ALICE));
        handle(new Input.CompareFailed(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
    }

    @Test
    void theFirstComparisonIsTriedAgainSoonUntilOneSucceeds() {
        handle(new Input.Connected(ALICE));
        for (int attempt = 0; attempt < 20; attempt++) {
            handle(new Input.CompareFailed(ALICE));
            assertThat(handle(new Input.Tick(0))).isEmpty();
            assertThat(after(SyncState.COMPARE_OFTEN_EVERY)).containsExactly(new Output.Compare(ALICE));
        }
        says(ALICE);
        assertThat(after(SyncState.COMPARE_EVERY)).containsExactly(new Output.Compare(ALICE));
        handle(new Input.CompareFailed(ALICE));
        assertThat(after(SyncState.COMPARE_OFTEN_EVERY)).isEmpty();
    }

    @Test
    void fetchesMissingBodiesFromOnePeerAfterTheOther() {
        connect(ALICE);
        connect(BOB);
        assertThat(handle(new Input.Tick(7))).containsExactly(new Output.FetchBodies(ALICE));
        assertThat(completeness()).isEqualTo(Completeness.CATCHING_UP);
        assertThat(handle(new Input.Tick(7))).isEmpty();
        handle(new Input.BodiesFetched(ALICE, 0));
        assertThat(handle(new Input.Tick(7))).containsExactly(new Output.FetchBodies(BOB));
        handle(new Input.BodiesFetched(BOB, 7));
        handle(new Input.Tick(0));
        assertThat(completeness()).isEqualTo(Completeness.CURRENT);
        assertThat(List.of(ALICE, BOB)).allMatch(state::isConnected);
    }
}
