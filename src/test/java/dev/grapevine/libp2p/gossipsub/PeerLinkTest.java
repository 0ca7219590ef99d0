package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryStream;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PeerLinkTest {

    private static final PeerId PEER = TestPeers.peer(1);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final Deque<ByteStream> next = new ArrayDeque<>();
    private final List<Stream> opened = new ArrayList<>();
    private final PeerLink link = new PeerLink(new Streams(), PEER, 1_000, new Counters(), new Listener());

    @Test
    void aStreamThatWasResetBeforeItIsTakenOverIsOpenedAgain() {
        MemoryStream.Pair lasting = MemoryStream.pair(loop);
        Received there = Received.of(lasting.right());
        next.add(new ResetStream());
        next.add(lasting.left());
        link.open();
        assertThat(opened).isEmpty();

        loop.advance(Duration.ofMillis(PeerLink.REOPEN_MILLIS));
        assertThat(opened).hasSize(1);
        link.send(SendQueue.Kind.CONTROL, new byte[] {7});
        loop.run();
        assertThat(there.bytes()).containsExactly(1, 7);
    }

    /** Opens the next streams. */
    private final class Streams implements Swarm {

        @Override
        public PeerId localPeer() {
            return TestPeers.peer(0);
        }

        @Override
        public ScheduledExecutorService eventLoop() {
            return loop;
        }

        @Override
        public CompletionStage<Stream> open(PeerId peer, List<String> protocolIds) {
            Connection connection = new MemorySwarms.MemoryConnection(peer, true);
            return CompletableFuture.completedFuture(new Stream(protocolIds.getFirst(), connection, next.remove()));
        }

        @Override
        public CompletionStage<Connection> connect(SignedPeerRecord signed) {
            return CompletableFuture.failedFuture(new IOException("nobody is dialled here"));
        }

        @Override
        public Optional<SignedPeerRecord> record(PeerId peer) {
            return Optional.empty();
        }

        @Override
        public void handle(String protocolId, Consumer<Stream> onInbound) {}

        @Override
        public void addListener(PeerListener listener) {}
    }

    private final class Listener implements PeerLink.Listener {

        @Override
        public void opened(Stream stream) {
            opened.add(stream);
        }

        @Override
        public void gaveUp() {}

        @Override
        public void hasRoom() {}
    }

    /** Whoever receives hears of the reset at once. */
    private static final class ResetStream implements ByteStream {

        @Override
        public void receive(Receiver receiver) {
            receiver.reset();
        }

        @Override
        public CompletionStage<Void> write(byte[] bytes) {
            return CompletableFuture.failedFuture(new IOException("the stream was reset"));
        }

        @Override
        public void closeWrite() {}

        @Override
        public void reset() {}

        @Override
        public void setReading(boolean reading) {}

        @Override
        public long carriedBytes() {
            return 0;
        }
    }
}
