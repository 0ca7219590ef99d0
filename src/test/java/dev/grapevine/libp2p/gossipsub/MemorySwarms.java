package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Swarms whose streams run through memory, all on one event loop whose time is moved by hand. */
final class MemorySwarms {

    final ManualEventLoop loop = new ManualEventLoop();
    private final Map<PeerId, Host> hosts = new HashMap<>();

    Host host(int number) {
        Host host = new Host(number);
        hosts.put(host.localPeer(), host);
        return host;
    }

    void connect(Host dialler, Host listener) {
        dialler.connectedTo(listener, true);
        listener.connectedTo(dialler, false);
        dialler.identified(listener);
        listener.identified(dialler);
        loop.run();
    }

    /** The dialler's streams are there before the listener knows what the dialler speaks. */
    void connectBeforeIdentified(Host dialler, Host listener) {
        dialler.connectedTo(listener, true);
        listener.connectedTo(dialler, false);
        dialler.identified(listener);
        loop.run();
    }

    void pass(Duration duration) {
        loop.advance(duration);
    }

    /** A host's swarm. */
    final class Host implements Swarm {

        final PrivateKey key;

        /** The streams that this host has opened, oldest first. */
        final List<Stream> opened = new ArrayList<>();

        /** The streams that peers have opened to this host, oldest first. */
        final List<Stream> accepted = new ArrayList<>();

        /** How many of the next openings shall fail. */
        int failOpenings;

        /** What this host has been told of others. */
        final Map<PeerId, SignedPeerRecord> records = new HashMap<>();

        /** The peers that it was asked to connect to. */
        final List<SignedPeerRecord> asked = new ArrayList<>();

        private final Map<String, Consumer<Stream>> handlers = new LinkedHashMap<>();
        private final List<PeerListener> listeners = new ArrayList<>();
        private final Map<PeerId, Boolean> dialled = new HashMap<>();

        Host(int number) {
            key = PrivateKey.ofSeed(ByteBuffer.allocate(32).putInt(number + 1).array());
        }

        Gossipsub gossipsub(GossipsubConfig config) {
            Gossipsub gossipsub = Gossipsub.start(
                    this,
                    config,
                    key,
                    new SplittableRandom(key.hashCode()),
                    InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")),
                    loop::nanoTime,
                    loop);
            loop.run();
            return gossipsub;
        }

        void disconnect(Host other) {
            dialled.remove(other.localPeer());
            other.dialled.remove(localPeer());
            listeners.forEach(listener -> listener.disconnected(other.localPeer()));
            other.listeners.forEach(listener -> listener.disconnected(localPeer()));
            loop.run();
        }

        private void connectedTo(Host other, boolean byDialling) {
            dialled.put(other.localPeer(), byDialling);
        }

        private void identified(Host other) {
            Set<String> protocols = new LinkedHashSet<>(other.handlers.keySet());
            listeners.forEach(listener -> listener.protocols(other.localPeer(), protocols));
        }

        @Override
        public PeerId localPeer() {
            return PeerId.of(key.publicKey());
        }

        @Override
        public ScheduledExecutorService eventLoop() {
            return loop;
        }

        @Override
        public void handle(String protocolId, Consumer<Stream> onInbound) {
            handlers.put(protocolId, onInbound);
        }

        @Override
        public CompletionStage<Stream> open(PeerId peer, List<String> protocolIds) {
            Host other = hosts.get(peer);
            String agreed = protocolIds.stream()
                    .filter(other.handlers::containsKey)
                    .findFirst()
                    .orElse("");
            if (failOpenings > 0 || agreed.isEmpty() || !dialled.containsKey(peer)) {
                failOpenings--;
                return CompletableFuture.failedFuture(new IOException("no stream"));
            }
            MemoryStream.Pair pair = MemoryStream.pair(loop);
            Stream stream = new Stream(agreed, new MemoryConnection(peer, dialled.get(peer)), pair.left());
            opened.add(stream);
            MemoryConnection back = new MemoryConnection(localPeer(), other.dialled.get(localPeer()));
            Stream inbound = new Stream(agreed, back, pair.right());
            other.accepted.add(inbound);
            loop.execute(() -> other.handlers.get(agreed).accept(inbound));
            return CompletableFuture.completedFuture(stream);
        }

        @Override
        public CompletionStage<Connection> connect(SignedPeerRecord record) {
            asked.add(record);
            loop.execute(() ->
                    MemorySwarms.this.connect(this, hosts.get(record.record().peer())));
            return new CompletableFuture<>();
        }

        @Override
        public Optional<SignedPeerRecord> record(PeerId peer) {
            return Optional.ofNullable(records.get(peer));
        }

        @Override
        public void addListener(PeerListener listener) {
            listeners.add(listener);
        }
    }

    record MemoryConnection(PeerId peer, boolean dialled) implements Connection {

        @Override
        public Multiaddr localAddress() {
            return Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1");
        }

        @Override
        public Multiaddr remoteAddress() {
            return Multiaddr.parse("/ip4/127.0.0.1/udp/2/quic-v1");
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
            return new CompletableFuture<>();
        }

        @Override
        public void close() {}
    }
}
