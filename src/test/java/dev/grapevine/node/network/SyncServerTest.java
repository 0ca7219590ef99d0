package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.PeerHeads;
import dev.grapevine.node.registry.PublicObjects;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A server of catch-up that its peers cannot wear out. */
class SyncServerTest {

    private static final byte[] REQUEST = new Request.Range(new IssuerLogFixture(1).issuer, 0, 0).encode();

    private static final IssuerId ISSUER = new IssuerLogFixture(1).issuer;

    private final ManualEventLoop loop = new ManualEventLoop();
    private final Sinks.Empty<List<LogEntry>> database = Sinks.empty();
    private final SyncServer server = server(new SlowLog(), new FakePeerHeads(ISSUER), digest -> Mono.empty());

    /** A database that does not answer before {@link #database} completes. */
    private final class SlowLog extends FakeLog {

        SlowLog() {
            super(new IssuerLogFixture(1), 0);
        }

        @Override
        public Mono<List<LogEntry>> range(IssuerId of, long from, int maxBytes) {
            return database.asMono().defaultIfEmpty(List.of());
        }
    }

    @Test
    void countsRequestsHoweverEarlyTheirStreamsWereOpened() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i <= SyncServer.MAX_ANSWERS; i++) {
            clients.add(new Client(peer(i)));
        }
        clients.forEach(Client::ask);
        loop.run();
        assertThat(clients.removeLast().isReset()).isTrue();
        assertThat(clients).noneMatch(Client::isReset);

        database.tryEmitEmpty();
        loop.run();
        assertThat(clients).allMatch(client -> client.heard.equals(List.of("end")));
        Client late = new Client(peer(1));
        late.ask();
        loop.run();
        assertThat(late.heard).containsExactly("end");
    }

    @Test
    void onePeerCannotHaveAllAnswers() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i <= SyncServer.MAX_ANSWERS_PER_PEER; i++) {
            clients.add(new Client(peer(1)));
        }
        clients.forEach(Client::ask);
        loop.run();
        assertThat(clients.removeLast().isReset()).isTrue();
        assertThat(clients).noneMatch(Client::isReset);
        Client other = new Client(peer(2));
        other.ask();
        loop.run();
        assertThat(other.isReset()).isFalse();
    }

    @Test
    void sendsThoseOfTheObjectsThatItHasOneAFrame() {
        Map<Hash, byte[]> objects = Map.of(
                Hash.of(new byte[] {1}), new byte[] {1},
                Hash.of(new byte[] {2}), new byte[] {2});
        SyncServer own =
                server(new SlowLog(), new FakePeerHeads(ISSUER), digest -> Mono.justOrEmpty(objects.get(digest)));
        Client client = new Client(own, peer(1));
        client.ask(
                new Request.Objects(List.of(Hash.of(new byte[] {1}), Hash.of(new byte[] {3}), Hash.of(new byte[] {2})))
                        .encode());
        loop.run();
        assertThat(client.heard).containsExactly("frame", "frame", "end");
        assertThat(client.frame).isEqualTo(new ObjectsPage(List.of(new byte[] {2})).encode());
    }

    private SyncServer server(EventLog log, PeerHeads peerHeads, PublicObjects objects) {
        return new SyncServer(log, peerHeads, objects, new FakeForks(), loop, Clock.systemUTC());
    }

    @Test
    void aStreamWithoutARequestIsResetInTime() {
        Client silent = new Client(peer(1));
        Client asking = new Client(peer(2));
        asking.ask();
        loop.advance(SyncServer.REQUEST_TIMEOUT.minusMillis(1));
        assertThat(silent.isReset()).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(silent.isReset()).isTrue();
        assertThat(asking.isReset()).isFalse();
    }

    private static PeerId peer(int seed) {
        return PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
    }

    /** The asking end of one stream. */
    private final class Client implements FrameStream.Receiver {

        final List<String> heard = new ArrayList<>();
        byte[] frame = {};
        final FrameStream frames;

        Client(PeerId peer) {
            this(server, peer);
        }

        Client(SyncServer server, PeerId peer) {
            MemoryStream.Pair pair = MemoryStream.pair(loop);
            frames = new FrameStream(new Stream("/sync", new To(peer), pair.left()), SyncServer.MAX_FRAME_BYTES);
            frames.receive(this);
            server.accept(new Stream("/sync", new To(peer), pair.right()));
        }

        void ask() {
            ask(REQUEST);
        }

        void ask(byte[] request) {
            frames.send(request);
            frames.closeWrite();
        }

        boolean isReset() {
            return heard.contains("reset");
        }

        @Override
        public void frame(byte[] frame) {
            this.frame = frame;
            heard.add("frame");
        }

        @Override
        public void end() {
            heard.add("end");
        }

        @Override
        public void reset() {
            heard.add("reset");
        }
    }

    /** Only the peer of a connection matters here. */
    private record To(PeerId peer) implements Connection {

        @Override
        public Multiaddr localAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Multiaddr remoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean dialled() {
            return false;
        }

        @Override
        public CompletionStage<ByteStream> openStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void acceptStreams(Consumer<ByteStream> onStream) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> closed() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }
    }
}
