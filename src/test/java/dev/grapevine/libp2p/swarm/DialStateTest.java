package dev.grapevine.libp2p.swarm;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.DialState.Input;
import dev.grapevine.libp2p.swarm.DialState.Output;
import dev.grapevine.libp2p.swarm.DialState.Output.Dial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DialStateTest {

    private static final long FIRST_BACK_OFF_MILLIS = 500;
    private static final long MAX_BACK_OFF_MILLIS = 30_000;
    private static final Multiaddr HOME = Multiaddr.parse("/ip4/10.0.0.1/udp/4001/quic-v1");
    private static final Multiaddr OFFICE = Multiaddr.parse("/dns4/office/udp/4001/quic-v1");

    private final PeerId self = TestPeers.id(1);
    private final PeerId peer = TestPeers.id(2);
    private final DialState state =
            new DialState(self, FIRST_BACK_OFF_MILLIS, MAX_BACK_OFF_MILLIS, new SplittableRandom(1));

    @Test
    void dialsAtOnceAndBindsAnAddressWithoutPeerIdToWhoeverAnswers() {
        assertThat(dials(new Input.Keep(OFFICE), 0))
                .containsExactly(new Dial(OFFICE.toString(), List.of(OFFICE), null));
        assertThat(dials(new Input.Connected(peer), 10)).isEmpty();
        assertThat(dials(new Input.Reached(OFFICE.toString(), peer), 10)).isEmpty();
        assertThat(state.nextDueMillis()).isEmpty();

        state.handle(new Input.Disconnected(peer), 20_000);

        long due = state.nextDueMillis().orElseThrow();
        assertThat(due).isBetween(20_000 + FIRST_BACK_OFF_MILLIS / 2, 20_000 + FIRST_BACK_OFF_MILLIS);
        assertThat(dials(new Input.Tick(), due)).hasSize(1);
    }

    @Test
    void treatsTheAddressesOfOnePeerAsOneTarget() {
        state.handle(new Input.Keep(HOME.with(Protocol.P2P, peer.toString())), 0);
        state.handle(new Input.Keep(OFFICE.with(Protocol.P2P, peer.toString())), 0);
        state.handle(new Input.Failed(peer.toString(), "nobody answered"), 0);

        List<Dial> dials = dials(new Input.Tick(), FIRST_BACK_OFF_MILLIS);

        assertThat(dials).containsExactly(new Dial(peer.toString(), List.of(HOME, OFFICE), peer));
    }

    @Test
    void doesNotDialAPeerThatConnectedByItself() {
        state.handle(new Input.Connected(peer), 0);

        assertThat(dials(new Input.Keep(HOME.with(Protocol.P2P, peer.toString())), 0))
                .isEmpty();
    }

    @Test
    void waitsLongerAfterEachFailureUpToALimitAndNeverGivesUp() {
        state.handle(new Input.Keep(HOME), 0);
        long now = 0;
        long longest = FIRST_BACK_OFF_MILLIS;
        for (int i = 0; i < 200; i++) {
            assertThat(dials(new Input.Failed(HOME.toString(), "nobody answered"), now))
                    .isEmpty();
            long due = state.nextDueMillis().orElseThrow();
            assertThat(due - now).isBetween(longest / 2, longest);
            assertThat(dials(new Input.Tick(), due - 1)).isEmpty();
            assertThat(dials(new Input.Tick(), due)).hasSize(1);
            now = due;
            longest = Math.min(longest * 2, MAX_BACK_OFF_MILLIS);
        }
    }

    @Test
    void waitsLongerForAPeerThatAlwaysEndsTheConnectionAtOnce() {
        state.handle(new Input.Keep(HOME), 0);
        long now = 0;
        for (int i = 0; i < 10; i++) {
            state.handle(new Input.Connected(peer), now);
            state.handle(new Input.Reached(HOME.toString(), peer), now);
            state.handle(new Input.Disconnected(peer), now + 1);
            now = state.nextDueMillis().orElseThrow();
            assertThat(dials(new Input.Tick(), now)).hasSize(1);
        }

        assertThat(now).isGreaterThan(MAX_BACK_OFF_MILLIS);
    }

    @Test
    void givesUpOnlyWhatIsThisHostItself() {
        state.handle(new Input.Keep(HOME), 0);
        state.handle(new Input.IsSelf(HOME.toString()), 0);

        assertThat(state.nextDueMillis()).isEmpty();
        assertThat(dials(new Input.Keep(OFFICE.with(Protocol.P2P, self.toString())), 0))
                .isEmpty();
    }

    @Test
    void tellsWhenAPeerIsConnectedOrLostAfterAWhile() {
        state.handle(new Input.Keep(HOME), 0);
        state.handle(new Input.Connected(peer), 10);
        assertThat(state.handle(new Input.Reached(HOME.toString(), peer), 10))
                .containsExactly(new Output.Connected(List.of(HOME), peer));
        assertThat(state.handle(new Input.Tick(), 20)).isEmpty();

        List<Output> lost = state.handle(new Input.Disconnected(peer), 10 + DialState.STABLE_MILLIS);

        long retry = state.nextDueMillis().orElseThrow() - 10 - DialState.STABLE_MILLIS;
        assertThat(lost).containsExactly(new Output.Lost(List.of(HOME), peer, retry));
    }

    @Test
    void tellsOfFailuresAtOnceAndThenAtGrowingIntervals() {
        state.handle(new Input.Keep(HOME), 0);
        long now = 0;
        List<Long> told = new ArrayList<>();
        while (now < HOURS.toMillis(3)) {
            for (Output output : state.handle(new Input.Failed(HOME.toString(), "nobody answered"), now)) {
                Output.Unreachable unreachable = (Output.Unreachable) output;
                assertThat(unreachable.addresses()).containsExactly(HOME);
                assertThat(unreachable.reason()).isEqualTo("nobody answered");
                assertThat(now + unreachable.retryMillis())
                        .isEqualTo(state.nextDueMillis().orElseThrow());
                told.add(now);
            }
            now = state.nextDueMillis().orElseThrow();
            state.handle(new Input.Tick(), now);
        }

        assertThat(told).startsWith(0L);
        long least = Pace.FIRST_INTERVAL_MILLIS;
        for (int i = 1; i < told.size(); i++) {
            assertThat(told.get(i) - told.get(i - 1)).isBetween(least, least + MAX_BACK_OFF_MILLIS);
            least = Math.min(2 * least, Pace.MAX_INTERVAL_MILLIS);
        }
        assertThat(told).hasSizeGreaterThan(15);
    }

    @Test
    void tellsOfAPeerThatAlwaysEndsTheConnectionAtOnceNoMoreOftenThanOfOneThatDoesNotAnswer() {
        state.handle(new Input.Keep(HOME), 0);
        long now = 0;
        int told = 0;
        while (now < HOURS.toMillis(1)) {
            told += tellings(state.handle(new Input.Connected(peer), now));
            told += tellings(state.handle(new Input.Reached(HOME.toString(), peer), now));
            told += tellings(state.handle(new Input.Disconnected(peer), now + 1));
            now = state.nextDueMillis().orElseThrow();
            state.handle(new Input.Tick(), now);
        }

        assertThat(told).isBetween(10, 30);
    }

    @Test
    void takesAnotherPeerThatAnswersLaterAtAnAddressWithoutPeerIdAndTellsOfIt() {
        PeerId another = TestPeers.id(3);
        state.handle(new Input.Keep(OFFICE), 0);
        state.handle(new Input.Connected(peer), 0);
        state.handle(new Input.Reached(OFFICE.toString(), peer), 0);
        state.handle(new Input.Disconnected(peer), 20_000);
        state.handle(new Input.Tick(), 21_000);
        state.handle(new Input.Connected(another), 21_000);

        assertThat(state.handle(new Input.Reached(OFFICE.toString(), another), 21_000))
                .containsExactly(
                        new Output.PeerChanged(List.of(OFFICE), peer, another),
                        new Output.Connected(List.of(OFFICE), another));
        assertThat(state.nextDueMillis()).isEmpty();
    }

    private static int tellings(List<Output> outputs) {
        return (int)
                outputs.stream().filter(output -> !(output instanceof Dial)).count();
    }

    private List<Dial> dials(Input input, long nowMillis) {
        return state.handle(input, nowMillis).stream()
                .filter(Dial.class::isInstance)
                .map(Dial.class::cast)
                .toList();
    }
}
