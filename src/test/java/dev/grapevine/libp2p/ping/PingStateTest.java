package dev.grapevine.libp2p.ping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.ping.PingState.Input;
import dev.grapevine.libp2p.ping.PingState.Output;
import dev.grapevine.libp2p.quic.QuicSettings;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PingStateTest {

    private static final long START = Long.parseLong("9223372036854775000"); // a monotonic clock may overflow

    private final PingState state = new PingState(START, new SplittableRandom(1));

    @Test
    void pingsAtOnceAndAgainOnTheSameStreamAfterTheInterval() {
        assertThat(tick(0)).containsExactly(new Output.Open());
        byte[] first = sent(state.handle(new Input.Opened(), START));
        assertThat(first).hasSize(PingState.PAYLOAD_BYTES);
        assertThat(state.handle(new Input.Pong(first), START + 1_000)).containsExactly(new Output.Measured(1_000));

        assertThat(tick(1_000 + PingState.INTERVAL_NANOS - 1)).isEmpty();
        byte[] second = sent(tick(1_000 + PingState.INTERVAL_NANOS));

        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void averagesRoundTripsWithTheWeightOfAnEighth() {
        assertThat(state.rttNanos()).isEmpty();
        long now = connect();
        state.handle(new Input.Pong(lastSent), START + now + 800);
        lastSent = sent(tick(now + 800 + PingState.INTERVAL_NANOS));
        state.handle(new Input.Pong(lastSent), START + now + 800 + PingState.INTERVAL_NANOS + 1_600);

        assertThat(state.rttNanos()).hasValue(900);
    }

    @Test
    void disconnectsAPeerThatLeavesAPingUnanswered() {
        connect();

        assertThat(tick(PingState.TIMEOUT_NANOS - 1)).isEmpty();
        assertThat(tick(PingState.TIMEOUT_NANOS)).singleElement().isInstanceOf(Output.Disconnect.class);
        assertThat(tick(PingState.TIMEOUT_NANOS * 2)).isEmpty();
    }

    @Test
    void disconnectsAPeerOnWhomThreePingsInARowFail() {
        long now = 0;
        for (int i = 1; i < PingState.MAX_MISSES; i++) {
            assertThat(tick(now)).containsExactly(new Output.Open());
            assertThat(state.handle(new Input.Lost(), START + now)).isEmpty();
            assertThat(tick(now + PingState.RETRY_NANOS - 1)).isEmpty();
            now += PingState.RETRY_NANOS;
        }
        assertThat(tick(now)).containsExactly(new Output.Open());
        assertThat(state.handle(new Input.Lost(), START + now)).singleElement().isInstanceOf(Output.Disconnect.class);
    }

    @Test
    void forgivesAPeerThatClosesTheStreamBetweenPings() {
        long now = 0;
        for (int i = 0; i < PingState.MAX_MISSES * 2; i++) {
            assertThat(tick(now)).containsExactly(new Output.Open());
            byte[] payload = sent(state.handle(new Input.Opened(), START + now));
            state.handle(new Input.Pong(payload), START + now);
            assertThat(state.handle(new Input.Lost(), START + now)).isEmpty();
            now += PingState.INTERVAL_NANOS;
        }
    }

    @Test
    void givesUpTheStreamOnAWrongOrUnaskedAnswer() {
        connect();
        assertThat(state.handle(new Input.Pong(new byte[PingState.PAYLOAD_BYTES]), START))
                .containsExactly(new Output.Reset());
        assertThat(state.rttNanos()).isEmpty();

        PingState other = new PingState(START, new SplittableRandom(2));
        other.handle(new Input.Tick(), START);
        byte[] payload = sent(other.handle(new Input.Opened(), START));
        other.handle(new Input.Pong(payload), START);
        assertThat(other.handle(new Input.Pong(payload), START)).containsExactly(new Output.Reset());
    }

    @Test
    void leavesAPeerAloneThatDoesNotSpeakPing() {
        tick(0);
        state.handle(new Input.Unsupported(), START);

        assertThat(tick(PingState.TIMEOUT_NANOS * 10)).isEmpty();
    }

    private byte[] lastSent = {};

    private long connect() {
        tick(0);
        lastSent = sent(state.handle(new Input.Opened(), START));
        return 0;
    }

    private List<Output> tick(long sinceStart) {
        return state.handle(new Input.Tick(), START + sinceStart);
    }

    private static byte[] sent(List<Output> outputs) {
        assertThat(outputs).singleElement().isInstanceOf(Output.Send.class);
        return ((Output.Send) outputs.getFirst()).payload();
    }

    @Test
    void pingsWellBeforeAQuietConnectionOfQuicIdlesOut() {
        long idle = QuicSettings.DEFAULT.maxIdle().toNanos();

        assertThat(2 * PingState.INTERVAL_NANOS).isLessThanOrEqualTo(idle);
    }
}
