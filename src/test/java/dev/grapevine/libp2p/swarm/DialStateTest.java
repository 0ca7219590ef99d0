package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.DialState.Dial;
import dev.grapevine.libp2p.swarm.DialState.Input;
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
        assertThat(state.handle(new Input.Keep(OFFICE), 0))
                .containsExactly(new Dial(OFFICE.toString(), List.of(OFFICE), null));
        assertThat(state.handle(new Input.Connected(peer), 10)).isEmpty();
        assertThat(state.handle(new Input.Reached(OFFICE.toString(), peer), 10)).isEmpty();
        assertThat(state.nextDueMillis()).isEmpty();

        state.handle(new Input.Disconnected(peer), 20_000);

        long due = state.nextDueMillis().orElseThrow();
        assertThat(due).isBetween(20_000 + FIRST_BACK_OFF_MILLIS / 2, 20_000 + FIRST_BACK_OFF_MILLIS);
        assertThat(state.handle(new Input.Tick(), due)).hasSize(1);
    }

    @Test
    void treatsTheAddressesOfOnePeerAsOneTarget() {
        state.handle(new Input.Keep(HOME.with(Protocol.P2P, peer.toString())), 0);
        state.handle(new Input.Keep(OFFICE.with(Protocol.P2P, peer.toString())), 0);
        state.handle(new Input.Failed(peer.toString()), 0);

        List<Dial> dials = state.handle(new Input.Tick(), FIRST_BACK_OFF_MILLIS);

        assertThat(dials).containsExactly(new Dial(peer.toString(), List.of(HOME, OFFICE), peer));
    }

    @Test
    void doesNotDialAPeerThatConnectedByItself() {
        state.handle(new Input.Connected(peer), 0);

        assertThat(state.handle(new Input.Keep(HOME.with(Protocol.P2P, peer.toString())), 0))
                .isEmpty();
    }

    @Test
    void waitsLongerAfterEachFailureUpToALimitAndNeverGivesUp() {
        state.handle(new Input.Keep(HOME), 0);
        long now = 0;
        long longest = FIRST_BACK_OFF_MILLIS;
        for (int i = 0; i < 200; i++) {
            assertThat(state.handle(new Input.Failed(HOME.toString()), now)).isEmpty();
            long due = state.nextDueMillis().orElseThrow();
            assertThat(due - now).isBetween(longest / 2, longest);
            assertThat(state.handle(new Input.Tick(), due - 1)).isEmpty();
            assertThat(state.handle(new Input.Tick(), due)).hasSize(1);
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
            assertThat(state.handle(new Input.Tick(), now)).hasSize(1);
        }

        assertThat(now).isGreaterThan(MAX_BACK_OFF_MILLIS);
    }

    @Test
    void givesUpOnlyWhatIsThisHostItself() {
        state.handle(new Input.Keep(HOME), 0);
        state.handle(new Input.IsSelf(HOME.toString()), 0);

        assertThat(state.nextDueMillis()).isEmpty();
        assertThat(state.handle(new Input.Keep(OFFICE.with(Protocol.P2P, self.toString())), 0))
                .isEmpty();
    }
}
