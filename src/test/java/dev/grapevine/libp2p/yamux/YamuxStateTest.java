package dev.grapevine.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.yamux.Frame.GoAway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamuxStateTest {

    private static final int WINDOW = YamuxConfig.INITIAL_WINDOW_BYTES;
    private static final int IN_FLIGHT = 512 * 1024;
    private static final YamuxConfig CONFIG =
            new YamuxConfig(2, 2, WINDOW, WINDOW + 100, 2 * WINDOW, IN_FLIGHT, 30_000, 20_000, 10_000);

    private final YamuxState state = new YamuxState(CONFIG, true, 0);
    private long nowMillis;

    @Test
    void aStreamIsOpenedWithAnOddIdByWhoDialledAndAnEvenOneByTheOther() {
        assertThat(handle(new Input.Open()))
                .containsExactly(new Output.Send(new Frame.WindowUpdate(1, Frame.SYN, 0)), new Output.Opened(1));
        assertThat(handle(new Input.Open())).contains(new Output.Opened(3));
        assertThat(new YamuxState(CONFIG, false, 0).handle(new Input.Open(), 0)).contains(new Output.Opened(2));
    }

    @Test
    void aLargerWindowIsGrantedWithTheFirstFrameOfEitherSide() {
        YamuxConfig large = new YamuxConfig(2, 2, 3 * WINDOW, 9 * WINDOW, WINDOW, IN_FLIGHT, 1, 1, 1);
        YamuxState of = new YamuxState(large, true, 0);

        assertThat(of.handle(new Input.Open(), 0))
                .contains(new Output.Send(new Frame.WindowUpdate(1, Frame.SYN, 2 * WINDOW)));
        assertThat(of.handle(new Input.Received(new Frame.WindowUpdate(2, Frame.SYN, 0)), 0))
                .containsExactly(
                        new Output.Send(new Frame.WindowUpdate(2, Frame.ACK, 2 * WINDOW)), new Output.Inbound(2));
    }

    @Test
    void aStreamTooManyFailsOnThisSideAndIsResetOnTheOther() {
        open();
        open();
        assertThat(handle(new Input.Open())).containsExactly(new Output.Refused("there are streams enough"));

        receive(new Frame.WindowUpdate(2, Frame.SYN, 0));
        receive(new Frame.WindowUpdate(4, Frame.SYN, 0));
        assertThat(receive(new Frame.Data(6, Frame.SYN, new byte[3])))
                .containsExactly(new Output.Send(new Frame.WindowUpdate(6, Frame.RST, 0)));
        assertThat(receive(new Frame.Data(6, 0, new byte[3]))).isEmpty();
    }

    @Test
    void moreThanTheWindowWaitsUntilThePeerGrantsMore() {
        open();
        assertThat(payload(handle(new Input.Write(1, new byte[WINDOW + 10])))).isEqualTo(WINDOW);
        assertThat(handle(new Input.CloseWrite(1))).isEmpty();

        assertThat(payload(receive(new Frame.WindowUpdate(1, Frame.ACK, 4)))).isEqualTo(4);
        List<Output> last = receive(new Frame.WindowUpdate(1, 0, 100));
        assertThat(payload(last)).isEqualTo(6);
        assertThat(last).contains(new Output.Passed(1, 6));
        assertThat(sent(last))
                .singleElement()
                .satisfies(frame -> assertThat(((Frame.Data) frame).flags()).isEqualTo(Frame.FIN));
    }

    @Test
    void noMoreIsSentThanTheLayerBeneathHasRoomFor() {
        open();
        receive(new Frame.WindowUpdate(1, Frame.ACK, 10L * WINDOW));
        int first = payload(handle(new Input.Write(1, new byte[2 * WINDOW])));
        open();
        assertThat(payload(handle(new Input.Write(3, new byte[100])))).isZero();

        List<Output> outputs = handle(new Input.Flushed(IN_FLIGHT));
        assertThat(payload(outputs)).isEqualTo(2 * WINDOW - first + 100);
    }

    @Test
    void streamsTakeTurns() {
        YamuxConfig narrow = new YamuxConfig(2, 2, WINDOW, WINDOW, WINDOW, 1, 30_000, 20_000, 10_000);
        YamuxState of = new YamuxState(narrow, true, 0);
        of.handle(new Input.Open(), 0);
        of.handle(new Input.Open(), 0);
        of.handle(new Input.Write(1, new byte[WINDOW]), 0);
        of.handle(new Input.Write(3, new byte[WINDOW]), 0);

        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (Frame frame : sent(of.handle(new Input.Flushed(YamuxConfig.MAX_SENT_DATA_BYTES + 24), 0))) {
                order.add(((Frame.Data) frame).stream());
            }
        }
        assertThat(order).startsWith(1, 3, 1, 3);
    }

    @Test
    void theWindowIsGrantedAnewOnceHalfOfItIsTaken() {
        receive(new Frame.WindowUpdate(2, Frame.SYN, 0));
        receive(new Frame.Data(2, 0, new byte[WINDOW]));

        assertThat(handle(new Input.Taken(2, WINDOW / 2 - 1))).isEmpty();
        assertThat(handle(new Input.Taken(2, 1)))
                .containsExactly(new Output.Send(new Frame.WindowUpdate(2, 0, WINDOW / 2)));
        assertThat(receive(new Frame.Data(2, 0, new byte[WINDOW / 2])))
                .containsExactly(new Output.Data(2, dataOf(receiveLast)));
    }

    @Test
    void aPeerThatSendsMoreThanTheWindowLosesTheConnection() {
        receive(new Frame.WindowUpdate(2, Frame.SYN, 0));
        receive(new Frame.Data(2, 0, new byte[WINDOW]));

        List<Output> outputs = receive(new Frame.Data(2, 0, new byte[1]));

        assertThat(outputs.getFirst()).isEqualTo(new Output.Send(new GoAway(GoAway.PROTOCOL_ERROR)));
        assertThat(outputs.getLast()).isInstanceOf(Output.Over.class);
        assertThat(handle(new Input.Open())).isEmpty();
    }

    @Test
    void whatAllStreamsTogetherLeaveUnreadIsBounded() {
        receive(new Frame.WindowUpdate(2, Frame.SYN, 0));
        receive(new Frame.WindowUpdate(4, Frame.SYN, 0));
        receive(new Frame.Data(2, 0, new byte[WINDOW]));

        assertThat(receive(new Frame.Data(4, 0, new byte[100]))).hasSize(1);
        assertThat(receive(new Frame.Data(4, 0, new byte[1])))
                .contains(new Output.Send(new Frame.WindowUpdate(4, Frame.RST, 0)))
                .last()
                .isInstanceOf(Output.WasReset.class);
        handle(new Input.Taken(2, WINDOW));
        receive(new Frame.WindowUpdate(4, Frame.SYN, 0));
        assertThat(receive(new Frame.Data(4, 0, new byte[WINDOW]))).hasSize(1);
    }

    @Test
    void whatWaitsForAPeerIsBounded() {
        open();
        handle(new Input.Write(1, new byte[WINDOW]));
        handle(new Input.Write(1, new byte[2 * WINDOW]));

        assertThat(handle(new Input.Write(1, new byte[1])))
                .startsWith(new Output.Send(new Frame.WindowUpdate(1, Frame.RST, 0)))
                .last()
                .isInstanceOf(Output.WasReset.class);
    }

    @Test
    void aStreamIsDoneWhenBothHaveEndedItAndAllIsTaken() {
        open();
        receive(new Frame.Data(1, Frame.ACK | Frame.FIN, new byte[5]));
        assertThat(handle(new Input.CloseWrite(1)))
                .containsExactly(new Output.Send(new Frame.WindowUpdate(1, Frame.FIN, 0)));
        assertThat(state.streamCount()).isEqualTo(1);

        assertThat(handle(new Input.Taken(1, 5))).containsExactly(new Output.Done(1));
        assertThat(state.streamCount()).isZero();
    }

    @Test
    void aStreamCanBeUsedAfterThePeersEndAndNothingMayFollowThatEnd() {
        receive(new Frame.Data(2, Frame.SYN | Frame.FIN, new byte[5]));

        assertThat(payload(handle(new Input.Write(2, new byte[7])))).isEqualTo(7);
        assertThat(receive(new Frame.Data(2, 0, new byte[1])))
                .startsWith(new Output.Send(new Frame.WindowUpdate(2, Frame.RST, 0)));
    }

    @Test
    void aResetEndsAStreamAtOnce() {
        open();
        handle(new Input.Write(1, new byte[WINDOW + 1]));
        assertThat(receive(new Frame.Data(1, Frame.RST, new byte[0])))
                .containsExactly(new Output.WasReset(1, "the peer has reset the stream"));
        assertThat(state.streamCount()).isZero();

        open();
        assertThat(handle(new Input.Reset(3)))
                .containsExactly(new Output.Send(new Frame.WindowUpdate(3, Frame.RST, 0)));
        assertThat(receive(new Frame.Data(3, Frame.ACK, new byte[10]))).isEmpty();
        assertThat(handle(new Input.Write(3, new byte[1]))).isEmpty();
    }

    @Test
    void aStreamThatIsNotThePeersToOpenEndsTheConnection() {
        assertThat(receive(new Frame.WindowUpdate(5, Frame.SYN, 0))).last().isInstanceOf(Output.Over.class);
    }

    @Test
    void aStreamThatIsOpenAlreadyCannotBeOpened() {
        receive(new Frame.WindowUpdate(2, Frame.SYN, 0));
        assertThat(receive(new Frame.WindowUpdate(2, Frame.SYN, 0))).last().isInstanceOf(Output.Over.class);
    }

    @Test
    void pingsAreAnsweredAndAPeerThatNeverReadsTheAnswersIsLeft() {
        assertThat(receive(new Frame.Ping(false, 77))).containsExactly(new Output.Send(new Frame.Ping(true, 77)));

        int answers = 1;
        while (!(receive(new Frame.Ping(false, 0)).getLast() instanceof Output.Over)) {
            answers++;
        }
        assertThat(answers * Frame.HEADER_BYTES).isBetween(IN_FLIGHT, IN_FLIGHT + YamuxConfig.MAX_CONTROL_BYTES);
    }

    @Test
    void aSilentPeerIsPingedAndLeftWhereItDoesNotAnswer() {
        nowMillis = 29_999;
        assertThat(handle(new Input.Tick())).isEmpty();
        nowMillis = 30_000;
        assertThat(handle(new Input.Tick())).containsExactly(new Output.Send(new Frame.Ping(false, 0)));
        nowMillis = 40_000;
        receive(new Frame.Ping(true, 0));
        nowMillis = 70_000;
        assertThat(handle(new Input.Tick())).hasSize(1);
        nowMillis = 89_999;
        assertThat(handle(new Input.Tick())).isEmpty();
        nowMillis = 90_000;
        assertThat(handle(new Input.Tick())).singleElement().isInstanceOf(Output.Over.class);
    }

    @Test
    void aPeerThatGoesAwayMayFinishItsStreamsForAWhile() {
        open();
        assertThat(receive(new GoAway(GoAway.NORMAL))).isEmpty();
        assertThat(handle(new Input.Open())).containsExactly(new Output.Refused("the peer goes away"));
        assertThat(receive(new Frame.Data(1, 0, new byte[3]))).hasSize(1);
        nowMillis = 10_000;
        assertThat(handle(new Input.Tick())).singleElement().isInstanceOf(Output.Over.class);
    }

    @Test
    void aPeerThatGoesAwayFromNothingOrForAnErrorIsGone() {
        assertThat(receive(new GoAway(GoAway.NORMAL))).singleElement().isInstanceOf(Output.Over.class);

        YamuxState other = new YamuxState(CONFIG, true, 0);
        other.handle(new Input.Open(), 0);
        assertThat(other.handle(new Input.Received(new GoAway(2)), 0))
                .singleElement()
                .isInstanceOf(Output.Over.class);
    }

    private Frame receiveLast;

    private List<Output> receive(Frame frame) {
        receiveLast = frame;
        return handle(new Input.Received(frame));
    }

    private static byte[] dataOf(Frame frame) {
        return ((Frame.Data) frame).payload();
    }

    private void open() {
        assertThat(handle(new Input.Open())).last().isInstanceOf(Output.Opened.class);
    }

    private List<Output> handle(Input input) {
        return state.handle(input, nowMillis);
    }

    private static List<Frame> sent(List<Output> outputs) {
        List<Frame> frames = new ArrayList<>();
        for (Output output : outputs) {
            if (output instanceof Output.Send send) {
                frames.add(send.frame());
            }
        }
        return frames;
    }

    private static int payload(List<Output> outputs) {
        return sent(outputs).stream()
                .mapToInt(frame -> frame instanceof Frame.Data data ? data.payload().length : 0)
                .sum();
    }
}
