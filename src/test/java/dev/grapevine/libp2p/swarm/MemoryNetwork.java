package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A network in memory: its transports dial each other by UDP-like addresses, with latency, silence and crashes. */
public final class MemoryNetwork {

    /** As a QUIC connection allows. */
    public static final int MAX_STREAMS = 256;

    private static final long LATENCY_MILLIS = 10;

    private final ScheduledExecutorService loop;
    private final Map<Multiaddr, Listener> listeners = new HashMap<>();
    private final Set<Multiaddr> silent = new HashSet<>();
    private final List<Multiaddr> dialled = new ArrayList<>();
    private int lastPort = 40_000;

    private record Listener(MemoryTransport transport, Consumer<Connection> onConnection) {}

    public MemoryNetwork(ScheduledExecutorService loop) {
        this.loop = loop;
    }

    public MemoryTransport transport(PeerId self) {
        return new MemoryTransport(self);
    }

    /** Dials of the address stay without an answer. */
    public void silence(Multiaddr address) {
        silent.add(address);
    }

    /** Every address dialled so far. */
    public List<Multiaddr> dialled() {
        return dialled;
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void later(Runnable task) {
        loop.schedule(task, LATENCY_MILLIS, TimeUnit.MILLISECONDS);
    }

    public final class MemoryTransport implements Transport {

        private final PeerId self;
        private final List<MemoryConnection> connections = new ArrayList<>();

        private MemoryTransport(PeerId self) {
            this.self = self;
        }

        @Override
        public boolean canListen(Multiaddr address) {
            return canDial(address);
        }

        @Override
        public boolean canDial(Multiaddr address) {
            return address.value(Protocol.UDP).isPresent();
        }

        @Override
        public CompletionStage<List<Multiaddr>> listen(Multiaddr address, Consumer<Connection> onConnection) {
            if (listeners.putIfAbsent(address, new Listener(this, onConnection)) != null) {
                return CompletableFuture.failedFuture(new IOException("in use: " + address));
            }
            return CompletableFuture.completedFuture(List.of(address));
        }

        @Override
        public CompletionStage<Connection> dial(Multiaddr address, PeerId expected) {
            dialled.add(address);
            CompletableFuture<Connection> result = new CompletableFuture<>();
            if (silent.contains(address)) {
                return result;
            }
            later(() -> {
                Listener listener = listeners.get(address);
                if (listener == null) {
                    result.completeExceptionally(new IOException(address + ": nobody answers"));
                } else if (expected != null && !expected.equals(listener.transport.self)) {
                    result.completeExceptionally(new IOException("the wrong peer answers at " + address));
                } else {
                    connect(listener, address, result);
                }
            });
            return result;
        }

        private void connect(Listener listener, Multiaddr address, CompletableFuture<Connection> result) {
            Multiaddr from = Multiaddr.parse("/ip4/10.9.9.9/udp/" + ++lastPort + "/quic-v1");
            MemoryConnection there = new MemoryConnection(listener.transport, this, address, from, false);
            MemoryConnection here = new MemoryConnection(this, listener.transport, from, address, true);
            here.other = there;
            there.other = here;
            connections.add(here);
            listener.transport.connections.add(there);
            listener.onConnection.accept(there);
            later(() -> {
                result.complete(here);
                if (here.ended.isDone()) {
                    here.end();
                }
            });
        }

        /** The host is gone: its listeners are free again, its peers hear nothing of it. */
        public void crash() {
            listeners.values().removeIf(listener -> listener.transport == this);
            for (MemoryConnection connection : connections) {
                connection.dead = true;
                connection.streams.forEach(MemoryStream::cut);
            }
        }

        @Override
        public CompletionStage<Void> close() {
            listeners.values().removeIf(listener -> listener.transport == this);
            List.copyOf(connections).forEach(MemoryConnection::close);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** One end of a connection. */
    public final class MemoryConnection implements Connection {

        private final MemoryTransport owner;
        private final MemoryTransport peer;
        private final Multiaddr local;
        private final Multiaddr remote;
        private final boolean dialled;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final List<MemoryStream> streams = new ArrayList<>();
        private final List<ByteStream> waiting = new ArrayList<>();
        private Consumer<ByteStream> onStream;
        private MemoryConnection other;
        private boolean dead;

        private MemoryConnection(
                MemoryTransport owner, MemoryTransport peer, Multiaddr local, Multiaddr remote, boolean dialled) {
            this.owner = owner;
            this.peer = peer;
            this.local = local;
            this.remote = remote;
            this.dialled = dialled;
        }

        @Override
        public PeerId peer() {
            return peer.self;
        }

        @Override
        public Multiaddr localAddress() {
            return local;
        }

        @Override
        public Multiaddr remoteAddress() {
            return remote;
        }

        @Override
        public boolean dialled() {
            return dialled;
        }

        @Override
        public CompletionStage<ByteStream> openStream() {
            streams.removeIf(MemoryStream::isOver);
            if (ended.isDone() || streams.size() >= MAX_STREAMS) {
                return CompletableFuture.failedFuture(new IOException("no further stream"));
            }
            MemoryStream.Pair pair = MemoryStream.pair(loop);
            streams.add(pair.left());
            if (!dead && !other.dead) {
                other.streams.add(pair.right());
                loop.execute(() -> other.take(pair.right()));
            }
            return CompletableFuture.completedFuture(pair.left());
        }

        @Override
        public void acceptStreams(Consumer<ByteStream> consumer) {
            onStream = consumer;
            waiting.forEach(consumer);
            waiting.clear();
        }

        private void take(ByteStream stream) {
            if (onStream == null) {
                waiting.add(stream);
            } else {
                onStream.accept(stream);
            }
        }

        @Override
        public CompletionStage<Void> closed() {
            return ended;
        }

        @Override
        public void close() {
            end();
            if (!dead && !other.dead) {
                later(other::end);
            }
        }

        private void end() {
            owner.connections.remove(this);
            if (!ended.isDone()) {
                streams.forEach(MemoryStream::abort);
                loop.execute(() -> ended.complete(null));
            }
        }
    }
}
