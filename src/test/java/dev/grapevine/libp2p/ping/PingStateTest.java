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

    @Test
    void disconnectsAPeerThatHasMadeAnotherConnectionAndDoesNotAnswerOnThisOneSoon() {
        long now = answered();
        assertThat(superseded(now)).singleElement().isInstanceOf(Output.Send.class);
        assertThat(superseded(now + 1)).isEmpty();

        assertThat(tick(now + PingState.DOUBT_NANOS - 1)).isEmpty();
        assertThat(tick(now + PingState.DOUBT_NANOS)).singleElement().isInstanceOf(Output.Disconnect.class);
    }

    @Test
    void countsAPingThatIsUnderWayWhereThePeerMakesAnotherConnection() {
        assertThat(superseded(0)).containsExactly(new Output.Open());
        assertThat(tick(PingState.DOUBT_NANOS)).singleElement().isInstanceOf(Output.Disconnect.class);

        PingState waiting = new PingState(START, new SplittableRandom(2));
        waiting.handle(new Input.Tick(), START);
        waiting.handle(new Input.Opened(), START);
        assertThat(waiting.handle(new Input.Superseded(), START)).isEmpty();
        assertThat(waiting.handle(new Input.Tick(), START + PingState.DOUBT_NANOS))
                .singleElement()
                .isInstanceOf(Output.Disconnect.class);
    }

    @Test
    void keepsAConnectionThatAnswersThoughThereIsANewerOneAndOpensAStreamForEachPing() {
        long now = answered();
        byte[] payload = sent(superseded(now));
        assertThat(state.handle(new Input.Pong(payload), START + now + 8))
                .containsExactly(new Output.Measured(1), new Output.Close());

        for (int i = 0; i < 3; i++) {
            assertThat(tick(now + 8 + PingState.INTERVAL_NANOS - 1)).isEmpty();
            now += 8 + PingState.INTERVAL_NANOS;
            assertThat(tick(now)).containsExactly(new Output.Open());
            payload = sent(state.handle(new Input.Opened(), START + now));
            assertThat(state.handle(new Input.Pong(payload), START + now + 8)).contains(new Output.Close());
        }
    }

    @Test
    void aStreamThatCannotBeOpenedDoesNotMeanThatAPeerWithANewerConnectionIsGone() {
        long now = answered();
        superseded(now);
        state.handle(new Input.Lost(), START + now + 1);

        assertThat(tick(now + PingState.DOUBT_NANOS)).isEmpty();
        assertThat(tick(now + 1 + PingState.RETRY_NANOS)).containsExactly(new Output.Open());
    }

    @Test
    void aPeerThatDoesNotSpeakPingMayHaveManyConnections() {
        tick(0);
        superseded(0);
        state.handle(new Input.Unsupported(), START);

        assertThat(superseded(1)).isEmpty();
        assertThat(tick(PingState.TIMEOUT_NANOS * 10)).isEmpty();
    }

    /** Has one ping answered at once. @return when */
    private long answered() {
        long now = connect();
        state.handle(new Input.Pong(lastSent), START + now);
        return now;
    }

    private List<Output> superseded(long sinceStart) {
        return state.handle(new Input.Superseded(), START + sinceStart);
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
