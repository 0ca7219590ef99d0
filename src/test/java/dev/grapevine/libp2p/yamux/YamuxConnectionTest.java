package dev.grapevine.libp2p.yamux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryStream;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.swarm.SecuredStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class YamuxConnectionTest {

    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryStream.Pair wire = MemoryStream.pair(loop);
    private final YamuxConnection left = connection(wire.left(), true);
    private final YamuxConnection right = connection(wire.right(), false);
    private final List<ByteStream> accepted = new ArrayList<>();

    @Test
    void streamsCarryBytesBothWaysAndCloseHalfByHalf() {
        right.acceptStreams(accepted::add);
        ByteStream here = open(left);
        Received back = Received.of(here);
        CompletableFuture<Void> written = here.write(bytes("ask")).toCompletableFuture();
        here.closeWrite();
        loop.run();
        ByteStream there = accepted.getFirst();
        Received asked = Received.of(there);
        loop.run();

        assertThat(written).isCompleted();
        assertThat(asked.text()).isEqualTo("ask");
        assertThat(asked.ended()).isTrue();
        there.write(bytes("answer"));
        there.closeWrite();
        loop.run();
        assertThat(back.text()).isEqualTo("answer");
        assertThat(back.ended()).isTrue();
        assertThat(here.carriedBytes()).isEqualTo(9);
        assertThat(here.write(bytes("more")).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void manyStreamsOfBothSidesCarryWhatWasWrittenWhole() {
        Random random = new Random(1);
        List<byte[]> sent = new ArrayList<>();
        List<Received> received = new ArrayList<>();
        for (YamuxConnection side : List.of(left, right)) {
            side.acceptStreams(stream -> received.add(Received.of(stream)));
        }
        for (int i = 0; i < 40; i++) {
            ByteStream stream = open(i % 2 == 0 ? left : right);
            byte[] bytes = new byte[random.nextInt(3 << 20)];
            random.nextBytes(bytes);
            sent.add(bytes);
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(100_000));
                stream.write(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
            stream.closeWrite();
        }
        loop.run();

        assertThat(received).hasSize(40).allMatch(each -> each.ended());
        assertThat(received.stream().map(each -> Arrays.hashCode(each.bytes())))
                .containsExactlyInAnyOrderElementsOf(
                        sent.stream().map(Arrays::hashCode).toList());
    }

    @Test
    void aReceiverThatDoesNotReadHoldsItsSenderBackAndNobodyElse() {
        right.acceptStreams(accepted::add);
        ByteStream slow = open(left);
        ByteStream quick = open(left);
        CompletableFuture<Void> waits = slow.write(new byte[3 << 20]).toCompletableFuture();
        loop.run();
        Received slowly = Received.of(accepted.get(0));
        accepted.get(0).setReading(false);
        Received quickly = Received.of(accepted.get(1));
        CompletableFuture<Void> passes = quick.write(new byte[3 << 20]).toCompletableFuture();
        loop.run();

        assertThat(waits).isNotDone();
        assertThat(passes).isCompleted();
        assertThat(quickly.size()).isEqualTo(3 << 20);
        accepted.get(0).setReading(true);
        loop.run();
        assertThat(waits).isCompleted();
        assertThat(slowly.size()).isEqualTo(3 << 20);
    }

    @Test
    void aResetIsHeardAtTheOtherEndAndFailsWhatWaits() {
        right.acceptStreams(accepted::add);
        ByteStream stream = open(left);
        loop.run();
        Received there = Received.of(accepted.getFirst());
        CompletableFuture<Void> waits =
                accepted.getFirst().write(new byte[3 << 20]).toCompletableFuture();
        stream.reset();
        loop.run();

        assertThat(there.wasReset()).isTrue();
        assertThat(waits).isCompletedExceptionally();
        assertThat(left.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void streamsThatCameBeforeAnybodyAcceptedThemAreKept() {
        open(left).write(bytes("early"));
        loop.run();
        right.acceptStreams(accepted::add);

        Received early = Received.of(accepted.getFirst());
        loop.run();
        assertThat(early.text()).isEqualTo("early");
    }

    @Test
    void aReceiverThatFailsLosesItsStreamAlone() {
        right.acceptStreams(stream -> stream.receive(new Received() {
            @Override
            public synchronized void data(byte[] bytes) {
                throw new IllegalStateException("a receiver that fails, in a test");
            }
        }));
        ByteStream stream = open(left);
        Received here = Received.of(stream);
        stream.write(bytes("x"));
        loop.run();

        assertThat(here.wasReset()).isTrue();
        assertThat(right.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void closingResetsEveryStreamAtBothEndsAndLeavesNoTimer() {
        right.acceptStreams(accepted::add);
        ByteStream stream = open(left);
        Received here = Received.of(stream);
        loop.run();
        Received there = Received.of(accepted.getFirst());
        left.close();
        loop.run();
        loop.advance(Duration.ofSeconds(2));

        assertThat(here.wasReset()).isTrue();
        assertThat(there.wasReset()).isTrue();
        assertThat(left.closed().toCompletableFuture()).isCompleted();
        assertThat(right.closed().toCompletableFuture()).isCompleted();
        assertThat(left.openStream().toCompletableFuture()).isCompletedExceptionally();
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void aReceiverThatFailsAtTheEndKeepsNeitherTheOthersNorTheConnectionFromEnding() {
        right.acceptStreams(accepted::add);
        open(left).receive(new Received() {
            @Override
            public synchronized void reset() {
                throw new IllegalStateException("a receiver that fails, in a test");
            }
        });
        Received other = Received.of(open(left));
        left.close();
        loop.run();
        loop.advance(Duration.ofSeconds(2));

        assertThat(other.wasReset()).isTrue();
        assertThat(left.closed().toCompletableFuture()).isCompleted();
        assertThat(loop.waiting()).isZero();
    }

    @Test
    void whatIsNotYamuxEndsTheConnection() {
        wire.left().write(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
        loop.run();
        loop.advance(Duration.ofSeconds(2));

        assertThat(right.closed().toCompletableFuture()).isCompleted();
        assertThat(left.closed().toCompletableFuture()).isCompleted();
    }

    @Test
    void bearsFramesOfAnyKindInAnyOrder() {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            MemoryStream.Pair pair = MemoryStream.pair(loop);
            YamuxConnection attacked = connection(pair.right(), false);
            attacked.acceptStreams(stream -> {
                Received.of(stream);
                stream.write(new byte[100]);
                stream.closeWrite();
            });
            attacked.openStream();
            for (int i = 0; i < 30; i++) {
                byte[] frame = new byte[Frame.HEADER_BYTES + random.nextInt(20)];
                random.nextBytes(frame);
                frame[0] = 0;
                frame[1] = (byte) random.nextInt(4);
                frame[2] = 0;
                frame[3] = (byte) random.nextInt(16);
                frame[4] = frame[5] = frame[6] = 0;
                frame[7] = (byte) (frame[1] < 2 ? 1 + random.nextInt(6) : 0);
                frame[8] = frame[9] = frame[10] = 0;
                frame[11] = (byte) (frame.length - Frame.HEADER_BYTES);
                pair.left().write(frame[1] == 0 ? frame : Arrays.copyOf(frame, Frame.HEADER_BYTES));
            }
            loop.run();
            attacked.close();
            loop.advance(Duration.ofSeconds(2));
            assertThat(attacked.closed().toCompletableFuture()).isCompleted();
        }
        left.close();
        loop.advance(Duration.ofSeconds(2));
        assertThat(loop.waiting()).isZero();
    }

    private ByteStream open(YamuxConnection from) {
        return from.openStream().toCompletableFuture().join();
    }

    private YamuxConnection connection(ByteStream raw, boolean dialled) {
        PeerId peer = PeerId.of(PrivateKey.ofSeed(new byte[32]).publicKey());
        return new YamuxConnection(
                new SecuredStream(raw, peer, Optional.empty()),
                dialled,
                ADDRESS,
                ADDRESS,
                YamuxConfig.defaults(),
                loop,
                loop::nanoTime);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
