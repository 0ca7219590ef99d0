package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeekStateTest {

    private static final int WANTED = 6;

    private final SeekState state = new SeekState(WANTED, new SplittableRandom(1));
    private final List<PeerId> known =
            new ArrayList<>(IntStream.range(1, 21).mapToObj(TestPeers::id).toList());
    private long nowMillis;

    @Test
    void dialsAFewAtATimeUntilEnoughAreConnected() {
        List<PeerId> first = tick();
        assertThat(first).hasSize(SeekState.MAX_DIALS).doesNotHaveDuplicates();
        assertThat(tick()).isEmpty();

        first.forEach(peer -> handle(new SeekState.Input.Connected(peer)));
        List<PeerId> second = tick();
        assertThat(second).hasSize(WANTED - SeekState.MAX_DIALS).doesNotContainAnyElementsOf(first);

        second.forEach(peer -> handle(new SeekState.Input.Connected(peer)));
        assertThat(tick()).isEmpty();
        handle(new SeekState.Input.Disconnected(first.getFirst()));
        assertThat(tick()).hasSize(1).doesNotContain(first.getFirst());
    }

    @Test
    void leavesAPeerAloneForLongerAfterEachFailure() {
        known.subList(1, known.size()).clear();
        long waited = 0;
        for (int failure = 1; failure <= 20; failure++) {
            assertThat(tick()).hasSize(1);
            handle(new SeekState.Input.Failed(known.getFirst()));
            long before = nowMillis;
            while (tick().isEmpty()) {
                nowMillis += 500;
            }
            assertThat(nowMillis - before).isBetween(waited / 3, SeekState.MAX_BACK_OFF_MILLIS + 500);
            waited = nowMillis - before;
            handle(new SeekState.Input.Failed(known.getFirst()));
            nowMillis += SeekState.MAX_BACK_OFF_MILLIS;
        }
        assertThat(waited).isGreaterThan(SeekState.MAX_BACK_OFF_MILLIS / 3);
    }

    @Test
    void aConnectionThatEndsAtOnceIsAFailureAndOneWithAPeerOfItsKindIsNot() {
        known.subList(1, known.size()).clear();
        PeerId peer = known.getFirst();
        tick();
        handle(new SeekState.Input.Connected(peer));
        handle(new SeekState.Input.Disconnected(peer));
        assertThat(tick()).isEmpty();

        nowMillis += SeekState.FIRST_BACK_OFF_MILLIS;
        assertThat(tick()).containsExactly(peer);
        handle(new SeekState.Input.Connected(peer));
        handle(new SeekState.Input.Identified(peer, true));
        assertThat(state.connected()).isEqualTo(1);
    }

    @Test
    void leavesPeersOfAnotherKindAgainButOnlyThoseItHasFound() {
        PeerId found = tick().getFirst();
        PeerId guest = TestPeers.id(99);
        for (PeerId peer : List.of(found, guest)) {
            handle(new SeekState.Input.Connected(peer));
            handle(new SeekState.Input.Identified(peer, false));
        }
        assertThat(state.connected()).isZero();

        known.retainAll(List.of(found));
        nowMillis += SeekState.GRACE_MILLIS;
        assertThat(handle(new SeekState.Input.Tick(List.copyOf(known))))
                .containsExactly(new SeekState.Output.Release(found));
        handle(new SeekState.Input.Disconnected(found));
        nowMillis += SeekState.STRANGER_MILLIS - 1;
        assertThat(tick()).isEmpty();
        nowMillis += 1;
        assertThat(tick()).containsExactly(found);
    }

    @Test
    void keepsAPeerThatHasJustStartedAndSoonSpeaksWhatIsWanted() {
        PeerId found = tick().getFirst();
        known.retainAll(List.of(found));
        handle(new SeekState.Input.Connected(found));
        handle(new SeekState.Input.Identified(found, false));
        nowMillis += SeekState.GRACE_MILLIS - 1;
        assertThat(tick()).isEmpty();
        handle(new SeekState.Input.Identified(found, true));
        nowMillis += SeekState.GRACE_MILLIS;

        assertThat(tick()).isEmpty();
        assertThat(state.connected()).isEqualTo(1);
    }

    @Test
    void wantsNobodyWhereNobodyIsWanted() {
        assertThat(new SeekState(0, new SplittableRandom(1)).handle(new SeekState.Input.Tick(known), 0))
                .isEmpty();
    }

    private List<PeerId> tick() {
        return handle(new SeekState.Input.Tick(List.copyOf(known))).stream()
                .map(output -> ((SeekState.Output.Dial) output).peer())
                .toList();
    }

    private List<SeekState.Output> handle(SeekState.Input input) {
        return state.handle(input, nowMillis);
    }
}
