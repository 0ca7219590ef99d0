package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FrameStreamTest {

    private static final int MAX_FRAME_BYTES = 300;

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryStream.Pair pair = MemoryStream.pair(loop);
    private final MemoryStream raw = pair.left();
    private final FrameStream frames = new FrameStream(new Stream("/test/1", null, pair.right()), MAX_FRAME_BYTES);
    private final Received received = new Received();

    @Test
    void carriesFramesBothWaysAndThenTheEnd() {
        FrameStream peer = new FrameStream(new Stream("/test/1", null, raw), MAX_FRAME_BYTES);
        Received atPeer = new Received();
        peer.receive(atPeer);
        frames.receive(received);

        peer.send(new byte[] {1});
        peer.send(new byte[0]);
        peer.send(new byte[MAX_FRAME_BYTES]);
        peer.closeWrite();
        frames.send(new byte[] {2});
        loop.run();

        assertThat(received.log).containsExactly("frame 1", "frame 0", "frame 300", "end");
        assertThat(atPeer.log).containsExactly("frame 1");
    }

    @Test
    void keepsWhatArrivesBeforeThereIsAReceiver() {
        raw.write(new byte[] {1, 5, 1, 6});
        raw.closeWrite();
        loop.run();

        frames.receive(received);
        loop.run();

        assertThat(received.log).containsExactly("frame 1", "frame 1", "end");
    }

    @Test
    void resetsTheStreamOnAFrameThatIsTooLong() {
        Received atPeer = new Received();
        new FrameStream(new Stream("/test/1", null, raw), MAX_FRAME_BYTES).receive(atPeer);
        frames.receive(received);

        raw.write(new byte[] {1, 9, (byte) 0xad, 0x02});
        loop.run();

        assertThat(received.log).containsExactly("frame 1", "reset");
        assertThat(atPeer.log).containsExactly("reset");
    }

    @Test
    void resetsTheStreamThatEndsInsideAFrame() {
        frames.receive(received);

        raw.write(new byte[] {5, 1});
        raw.closeWrite();
        loop.run();

        assertThat(received.log).containsExactly("reset");
    }

    @Test
    void resetsTheStreamWhereTheReceiverFindsTheFrameMalformed() {
        received.onFrame = () -> {
            throw new MalformedException("not what I expected");
        };
        frames.receive(received);

        raw.write(new byte[] {1, 9, 1, 9});
        loop.run();

        assertThat(received.log).containsExactly("frame 1", "reset");
    }

    @Test
    void resetsTheStreamWhereTheReceiverFindsTheWholeMalformedAtItsEnd() {
        received.onEnd = () -> {
            throw new MalformedException("something is missing");
        };
        frames.receive(received);

        raw.write(new byte[] {1, 9});
        raw.closeWrite();
        loop.run();

        assertThat(received.log).containsExactly("frame 1", "end", "reset");
    }

    @Test
    void stopsAfterTheFrameInWhichTheReceiverStopsReading() {
        received.onFrame = () -> frames.setReading(false);
        frames.receive(received);

        raw.write(new byte[] {1, 1, 1, 2, 1, 3});
        raw.closeWrite();
        loop.run();
        assertThat(received.log).containsExactly("frame 1");

        received.onFrame = () -> {};
        frames.setReading(true);
        loop.run();
        assertThat(received.log).containsExactly("frame 1", "frame 1", "frame 1", "end");
    }

    @Test
    void tellsAReceiverThatResetsNothingMore() {
        received.onFrame = frames::reset;
        frames.receive(received);

        raw.write(new byte[] {1, 1, 1, 2});
        loop.run();

        assertThat(received.log).containsExactly("frame 1");
    }

    @Test
    void resetsTheStreamThatDoesNotEndInTime() {
        Received atPeer = new Received();
        new FrameStream(new Stream("/test/1", null, raw), MAX_FRAME_BYTES).receive(atPeer);
        frames.receive(received, loop, 100);

        raw.write(new byte[] {1, 9});
        loop.advance(Duration.ofMillis(99));
        assertThat(received.log).containsExactly("frame 1");

        loop.advance(Duration.ofMillis(2));
        assertThat(received.log).containsExactly("frame 1", "reset");
        assertThat(atPeer.log).containsExactly("reset");
    }

    @Test
    void leavesNoTimerBehindHoweverTheStreamEnds() {
        frames.receive(received, loop, 100);
        raw.closeWrite();
        FrameStream given = new FrameStream(
                new Stream("/test/1", null, MemoryStream.pair(loop).right()), 1);
        given.receive(received, loop, 100);
        given.reset();
        MemoryStream.Pair other = MemoryStream.pair(loop);
        new FrameStream(new Stream("/test/1", null, other.right()), 1).receive(received, loop, 100);
        other.left().reset();
        loop.run();

        assertThat(loop.waiting()).isZero();
        assertThat(received.log).containsExactly("end", "reset");
    }

    @Test
    void failsWhatIsSentOnAStreamThatThePeerReset() {
        frames.receive(received);
        raw.reset();
        loop.run();

        assertThat(received.log).containsExactly("reset");
        assertThatThrownBy(
                        () -> frames.send(new byte[] {1}).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void refusesToSendAFrameAboveTheLimit() {
        assertThatThrownBy(() -> frames.send(new byte[MAX_FRAME_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsTheSenderBackWhileTheReceiverDoesNotRead() {
        frames.receive(received);
        frames.setReading(false);
        loop.run();

        raw.write(new byte[MemoryStream.WINDOW_BYTES]);
        var beyond = raw.write(new byte[] {0}).toCompletableFuture();
        loop.run();
        assertThat(beyond).isNotDone();

        frames.setReading(true);
        loop.run();
        assertThat(beyond).isCompleted();
    }

    private static final class Received implements FrameStream.Receiver {

        private final List<String> log = new ArrayList<>();
        private Runnable onFrame = () -> {};
        private Runnable onEnd = () -> {};

        @Override
        public void frame(byte[] frame) {
            log.add("frame " + frame.length);
            onFrame.run();
        }

        @Override
        public void end() {
            log.add("end");
            onEnd.run();
        }

        @Override
        public void reset() {
            log.add("reset");
        }
    }
}
