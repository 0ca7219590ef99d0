package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class NegotiatedStreamTest {

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryStream.Pair pair = MemoryStream.pair(loop);
    private final NegotiatedStream responder =
            new NegotiatedStream(pair.right(), new Negotiation.Responder(Set.of("/echo/1")));
    private final Text atResponder = new Text();

    @Test
    void bothSidesAgreeAndThenTheBytesPass() {
        NegotiatedStream initiator =
                new NegotiatedStream(pair.left(), new Negotiation.Initiator(List.of("/no/1", "/echo/1")));
        Text atInitiator = new Text();
        CompletableFuture<String> here = initiator.negotiate().toCompletableFuture();
        CompletableFuture<String> there = responder.negotiate().toCompletableFuture();
        loop.run();
        assertThat(here).isCompletedWithValue("/echo/1");
        assertThat(there).isCompletedWithValue("/echo/1");

        initiator.receive(atInitiator);
        responder.receive(atResponder);
        initiator.write("hello".getBytes(StandardCharsets.UTF_8));
        initiator.closeWrite();
        responder.write("dear".getBytes(StandardCharsets.UTF_8));
        responder.closeWrite();
        loop.run();

        assertThat(atResponder.text()).isEqualTo("hello.");
        assertThat(atInitiator.text()).isEqualTo("dear.");
        assertThat(initiator.over().toCompletableFuture()).isCompleted();
        assertThat(responder.over().toCompletableFuture()).isCompleted();
    }

    @Test
    void keepsWhatComesInOnePacketWithTheNegotiation() {
        CompletionStage<String> agreed = responder.negotiate();
        pair.left().write(lines("/multistream/1.0.0", "/echo/1", "early"));
        pair.left().write("later".getBytes(StandardCharsets.UTF_8));
        pair.left().closeWrite();
        loop.run();
        assertThat(agreed.toCompletableFuture()).isCompletedWithValue("/echo/1");

        responder.receive(atResponder);
        loop.run();

        assertThat(atResponder.text()).isEqualTo("\u0006early\nlater.");
    }

    @Test
    void deliversNothingWhileItsReaderHasStopped() {
        responder.negotiate();
        pair.left().write(lines("/multistream/1.0.0", "/echo/1", "early"));
        loop.run();

        responder.setReading(false);
        responder.receive(atResponder);
        loop.run();
        assertThat(atResponder.text()).isEmpty();

        responder.setReading(true);
        loop.run();
        assertThat(atResponder.text()).isEqualTo("\u0006early\n");
    }

    @Test
    void failsWhereThePeerEndsOrResetsTheStreamTooEarly() {
        CompletableFuture<String> agreed = responder.negotiate().toCompletableFuture();
        pair.left().closeWrite();
        loop.run();
        assertThat(agreed)
                .failsWithin(0, java.util.concurrent.TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(IOException.class);

        MemoryStream.Pair second = MemoryStream.pair(loop);
        CompletableFuture<String> next = new NegotiatedStream(
                        second.left(), new Negotiation.Initiator(List.of("/echo/1")))
                .negotiate()
                .toCompletableFuture();
        second.right().reset();
        loop.run();
        assertThat(next).isCompletedExceptionally();
    }

    @Test
    void refusesAMessageAboveTheLimit() {
        CompletableFuture<String> agreed = responder.negotiate().toCompletableFuture();
        pair.left().write(lines("/multistream/1.0.0"));
        loop.run();
        assertThat(agreed).isNotDone();

        pair.left().write(Negotiation.encode("x".repeat(Negotiation.MAX_MESSAGE_BYTES)));
        loop.run();

        assertThat(agreed).isCompletedExceptionally();
    }

    @Test
    void survivesGarbage() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            MemoryStream.Pair each = MemoryStream.pair(loop);
            NegotiatedStream stream = new NegotiatedStream(each.right(), new Negotiation.Responder(Set.of("/echo/1")));
            CompletableFuture<String> agreed = stream.negotiate().toCompletableFuture();
            byte[] garbage = new byte[random.nextInt(200) + 1];
            random.nextBytes(garbage);
            each.left().write(garbage);
            each.left().closeWrite();
            loop.run();
            assertThat(agreed).isCompletedExceptionally();
        }
    }

    @Test
    void resetsTheStreamOfAReceiverThatThrows() {
        responder.negotiate();
        Text atPeer = new Text();
        pair.left().receive(atPeer);
        pair.left().write(lines("/multistream/1.0.0", "/echo/1", "boom"));
        loop.run();

        responder.receive(new Text() {
            @Override
            public void data(byte[] bytes) {
                throw new IllegalStateException("a bug");
            }
        });
        loop.run();

        assertThat(atPeer.text()).endsWith("!");
        assertThat(responder.over().toCompletableFuture()).isCompleted();
    }

    private static byte[] lines(String... lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : lines) {
            bytes.writeBytes(Negotiation.encode(line));
        }
        return bytes.toByteArray();
    }

    /** Gathers what arrives, the end as a full stop and a reset as an exclamation mark. */
    private static class Text implements ByteStream.Receiver {

        private final StringBuilder text = new StringBuilder();

        String text() {
            return text.toString();
        }

        @Override
        public void data(byte[] bytes) {
            text.append(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            text.append('.');
        }

        @Override
        public void reset() {
            text.append('!');
        }
    }
}
