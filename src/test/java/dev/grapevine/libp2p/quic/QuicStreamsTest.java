package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.quic.Collector.End;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuicStreamsTest {

    private static final int MIB = 1024 * 1024;

    private final TestHost alice = new TestHost();
    private final TestHost bob = new TestHost();

    @AfterEach
    void close() {
        alice.close();
        bob.close();
    }

    @Test
    void carriesBytesBothWaysUntilBothHaveEnded() {
        Connection connection = alice.dial(bob.listen(), bob.peerId);
        Collector echoed = alice.open(connection);

        alice.get(() -> echoed.stream.write("hello ".getBytes(StandardCharsets.UTF_8)));
        alice.get(() -> echoed.stream.write("bob".getBytes(StandardCharsets.UTF_8)));
        alice.run(echoed.stream::closeWrite);

        assertThat(echoed.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
        assertThat(echoed.received()).asString().isEqualTo("hello bob");
    }

    @Test
    void carriesStreamsThatTheAcceptingSideOpens() throws Exception {
        Connection dialled = alice.dial(bob.listen(), bob.peerId);
        alice.run(() -> dialled.acceptStreams(Received::echo));
        Collector echoed = bob.open(bob.nextAccepted());

        bob.get(() -> echoed.stream.write(new byte[] {1, 2, 3}));
        bob.run(echoed.stream::closeWrite);

        assertThat(echoed.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
        assertThat(echoed.received()).containsExactly(1, 2, 3);
    }

    @Test
    void keepsStreamsThatCameBeforeAnybodyAcceptedThem() throws Exception {
        Connection dialled = alice.dial(bob.listen(), bob.peerId);
        ByteStream early = bob.openUnread(bob.nextAccepted());
        bob.get(() -> early.write(new byte[] {7}));
        bob.run(early::closeWrite);
        BlockingQueue<Collector> streams = new LinkedBlockingQueue<>();

        alice.run(() -> dialled.acceptStreams(stream -> streams.add(new Collector(stream))));

        Collector collector = streams.poll(20, TimeUnit.SECONDS);
        assertThat(collector).isNotNull();
        assertThat(collector.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
        assertThat(collector.received()).containsExactly(7);
    }

    @Test
    void holdsTheWriterBackWhileTheReaderPauses() throws Exception {
        BlockingQueue<Collector> streams = new LinkedBlockingQueue<>();
        Multiaddr address = bob.get(() -> bob.transport.listen(
                        Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1"),
                        connection -> connection.acceptStreams(stream -> {
                            stream.setReading(false);
                            streams.add(new Collector(stream));
                        })))
                .getFirst();
        Connection connection = alice.dial(address, bob.peerId);
        ByteStream stream = alice.openUnread(connection);
        byte[] much = new byte[12 * MIB];
        new Random(1).nextBytes(much);

        CompletableFuture<Void> written = alice.start(() -> stream.write(much));
        alice.run(stream::closeWrite); // must not overtake what waits
        Collector reader = streams.poll(20, TimeUnit.SECONDS);
        assertThat(reader).isNotNull();
        // more than the 10 MB that the peer grants to a stream nobody reads can never have been accepted
        Collector echoed = alice.open(alice.dial(bob.listen(), bob.peerId));
        alice.get(() -> echoed.stream.write(new byte[100]));
        await().atMost(TestHost.PATIENCE).until(() -> echoed.size() == 100);
        assertThat(written).isNotDone();
        assertThat(reader.size()).isZero();

        bob.run(() -> reader.stream.setReading(true));

        written.get(20, TimeUnit.SECONDS);
        assertThat(reader.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
        assertThat(reader.received()).isEqualTo(much);
    }

    @Test
    void stopsDeliveryWhenAskedInTheMiddleOfIt() {
        Connection connection = alice.dial(bob.listen(), bob.peerId);
        ByteStream stream = alice.openUnread(connection);
        List<Integer> chunks = new ArrayList<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        alice.run(() -> stream.receive(new ByteStream.Receiver() {
            @Override
            public void data(byte[] bytes) {
                chunks.add(bytes.length);
                stream.setReading(false);
            }

            @Override
            public void end() {
                ended.complete(null);
            }

            @Override
            public void reset() {}
        }));

        alice.get(() -> stream.write(new byte[300_000]));
        alice.run(stream::closeWrite);

        for (int seen = 1; !ended.isDone(); seen++) {
            int expected = seen;
            await().atMost(TestHost.PATIENCE).until(() -> ended.isDone() || alice.ask(chunks::size) == expected);
            assertThat(alice.ask(chunks::size)).isLessThanOrEqualTo(expected);
            alice.run(() -> stream.setReading(true));
        }
        assertThat(chunks.stream().mapToInt(Integer::intValue).sum()).isEqualTo(300_000);
    }

    @Test
    void opens256StreamsAndRefusesTheNextUntilOneHasEnded() {
        Connection connection = alice.dial(bob.listen(), bob.peerId);
        List<Collector> streams = new ArrayList<>();
        for (int i = 0; i < QuicSettings.MAX_STREAMS; i++) {
            Collector stream = alice.open(connection);
            alice.get(() -> stream.stream.write(new byte[] {42}));
            streams.add(stream);
        }

        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(alice.failure(connection::openStream))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no more streams");
        }
        alice.run(streams.getFirst().stream::closeWrite);

        await().atMost(TestHost.PATIENCE).until(() -> canOpen(connection));
    }

    private boolean canOpen(Connection connection) {
        return alice.start(connection::openStream)
                .handle((stream, failure) -> stream != null)
                .join();
    }

    @Test
    void doesNotLoseTheRightToStreamsOverThousandsOfThem() {
        Connection connection = alice.dial(bob.listen(), bob.peerId);

        for (int i = 0; i < 1_000; i++) {
            Collector stream = alice.open(connection);
            alice.get(() -> stream.stream.write(new byte[] {1}));
            alice.run(stream.stream::closeWrite);
            assertThat(stream.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.END);
        }
    }

    @Test
    void tellsTheOtherSideOfAReset() throws Exception {
        Connection connection = alice.dial(bob.listen(), bob.peerId);
        Connection inbound = bob.nextAccepted();
        Collector collector = alice.open(connection);
        alice.get(() -> collector.stream.write(new byte[] {1}));
        await().atMost(TestHost.PATIENCE).until(() -> collector.size() == 1);
        Collector second = bob.open(inbound);
        BlockingQueue<Collector> fromBob = new LinkedBlockingQueue<>();
        alice.run(() -> connection.acceptStreams(stream -> fromBob.add(new Collector(stream))));
        bob.get(() -> second.stream.write(new byte[] {2}));
        Collector atAlice = fromBob.poll(20, TimeUnit.SECONDS);
        assertThat(atAlice).isNotNull();

        alice.run(atAlice.stream::reset);

        assertThat(second.ended.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(End.RESET);
        assertThat(bob.failure(() -> second.stream.write(new byte[] {3}))).isInstanceOf(IOException.class);
        assertThat(atAlice.ended).isNotDone();
        assertThat(alice.failure(() -> atAlice.stream.write(new byte[] {3}))).isInstanceOf(IOException.class);
        assertThat(collector.ended).isNotDone();
    }

    @Test
    void closesAConnectionThatResetsStreamsWithoutEnd() {
        Connection connection = alice.dial(bob.listen(), bob.peerId);

        // faster than the peer gives new streams, some attempts fail
        await().atMost(TestHost.PATIENCE).pollInterval(Duration.ZERO).until(() -> {
            alice.start(() -> connection
                            .openStream()
                            .thenCompose(stream -> stream.write(new byte[] {1}).thenRun(stream::reset)))
                    .handle((done, failure) -> null)
                    .join();
            return alice.ask(() -> connection.closed().toCompletableFuture().isDone());
        });

        await().atMost(TestHost.PATIENCE).until(() -> bob.connectionCount() == 0);
    }

    @Test
    void resetsAStreamOnWhichTooMuchWaits() throws Exception {
        Multiaddr address = bob.get(() -> bob.transport.listen(
                        Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1"),
                        connection -> connection.acceptStreams(stream -> stream.setReading(false))))
                .getFirst();
        Connection connection = alice.dial(address, bob.peerId);
        ByteStream stream = alice.openUnread(connection);
        CompletableFuture<Void> first = alice.start(() -> stream.write(new byte[QuicSettings.MAX_UNSENT_STREAM_BYTES]));

        Throwable failure = alice.failure(() -> stream.write(new byte[1]));

        assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("bytes waited");
        assertThat(first.handle((done, cause) -> cause).get(20, TimeUnit.SECONDS))
                .isInstanceOf(IOException.class);
    }
}
