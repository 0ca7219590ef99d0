package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.RaceState.Input;
import dev.grapevine.libp2p.swarm.RaceState.Output;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceStateTest {

    private static final long DELAY = RaceState.ATTEMPT_DELAY_MILLIS;

    private long nowMillis = 1_000;

    @Test
    void quicGoesFirstAndFamiliesTakeTurns() {
        RaceState state = new RaceState(0, nowMillis);
        List<String> order = new ArrayList<>(dialled(state.handle(
                start(
                        "/ip4/10.0.0.1/tcp/1",
                        "/ip4/10.0.0.1/udp/1/quic-v1",
                        "/ip4/10.0.0.2/udp/1/quic-v1",
                        "/ip6/fd00::1/tcp/1",
                        "/ip6/fd00::1/udp/1/quic-v1"),
                nowMillis)));
        while (order.size() < 5) {
            nowMillis += DELAY;
            order.addAll(dialled(state.handle(new Input.Tick(), nowMillis)));
        }

        assertThat(order)
                .containsExactly(
                        "/ip4/10.0.0.1/udp/1/quic-v1",
                        "/ip6/fd00::1/udp/1/quic-v1",
                        "/ip4/10.0.0.2/udp/1/quic-v1",
                        "/ip4/10.0.0.1/tcp/1",
                        "/ip6/fd00::1/tcp/1");
    }

    @Test
    void theNextAddressWaitsForADelayOrAFailure() {
        RaceState state = new RaceState(0, nowMillis);
        assertThat(dialled(state.handle(
                        start("/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.3/tcp/1"), nowMillis)))
                .hasSize(1);
        assertThat(state.nextDueMillis()).hasValue(nowMillis + DELAY);
        nowMillis += DELAY - 1;
        assertThat(state.handle(new Input.Tick(), nowMillis)).isEmpty();
        nowMillis += 1;
        assertThat(dialled(state.handle(new Input.Tick(), nowMillis))).containsExactly("/ip4/10.0.0.2/tcp/1");
        nowMillis += 1;

        assertThat(dialled(state.handle(new Input.Failed(), nowMillis))).containsExactly("/ip4/10.0.0.3/tcp/1");
        assertThat(state.nextDueMillis()).isEmpty();
    }

    @Test
    void itIsOverWhenEveryAddressHasFailedAndEveryNameIsLookedUp() {
        RaceState state = new RaceState(1, nowMillis);
        state.handle(start("/ip4/10.0.0.1/tcp/1"), nowMillis);
        assertThat(state.handle(new Input.Failed(), nowMillis)).isEmpty();
        assertThat(dialled(state.handle(found("/ip4/10.0.0.2/tcp/1"), nowMillis)))
                .containsExactly("/ip4/10.0.0.2/tcp/1");
        assertThat(state.handle(new Input.Failed(), nowMillis)).containsExactly(new Output.GiveUp());
        assertThat(state.handle(new Input.Tick(), nowMillis)).isEmpty();

        assertThat(new RaceState(0, 0).handle(start(), 0)).containsExactly(new Output.GiveUp());
    }

    @Test
    void quicThatIsFoundLateStillGoesBeforeTcpThatWaits() {
        RaceState state = new RaceState(1, nowMillis);
        state.handle(start("/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1"), nowMillis);
        state.handle(found("/ip4/10.0.0.3/udp/1/quic-v1", "/ip4/10.0.0.1/tcp/1"), nowMillis);

        assertThat(dialled(state.handle(new Input.Failed(), nowMillis))).containsExactly("/ip4/10.0.0.3/udp/1/quic-v1");
    }

    @Test
    void noMoreThanSoManyAreDialledAtOnceAndInAll() {
        RaceState state = new RaceState(0, nowMillis);
        String[] many = new String[RaceState.MAX_ADDRESSES + 1];
        for (int i = 0; i < many.length; i++) {
            many[i] = "/ip4/10.0.0." + i + "/tcp/1";
        }
        int dialled = dialled(state.handle(start(many), nowMillis)).size();
        for (int i = 0; i < 20; i++) {
            nowMillis += DELAY;
            dialled += dialled(state.handle(new Input.Tick(), nowMillis)).size();
        }
        assertThat(dialled).isEqualTo(RaceState.MAX_AT_ONCE);
        assertThat(state.nextDueMillis()).isEmpty();

        List<Output> outputs = List.of();
        for (int i = 0; i < RaceState.MAX_ADDRESSES; i++) {
            outputs = state.handle(new Input.Failed(), nowMillis);
            dialled += dialled(outputs).size();
        }
        assertThat(dialled).isEqualTo(RaceState.MAX_ADDRESSES);
        assertThat(outputs).containsExactly(new Output.GiveUp());
    }

    private static Input start(String... addresses) {
        return new Input.Start(List.of(addresses).stream().map(Multiaddr::parse).toList());
    }

    private static Input found(String... addresses) {
        return new Input.Found(List.of(addresses).stream().map(Multiaddr::parse).toList());
    }

    private static List<String> dialled(List<Output> outputs) {
        List<String> addresses = new ArrayList<>();
        for (Output output : outputs) {
            if (output instanceof Output.Dial dial) {
                addresses.add(dial.address().toString());
            }
        }
        return addresses;
    }
}
