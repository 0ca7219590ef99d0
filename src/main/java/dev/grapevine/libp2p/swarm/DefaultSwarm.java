package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The swarm over real transports: turns what they report into inputs of {@link ConnectionTable}, and carries its
 * outputs out; {@link KeptPeers} dials. Lives on the event loop.
 *
 * <p>A stream can be reset while its peer stays connected, for instance when one of two connections ends; whoever needs
 * it opens it again.
 */
public final class DefaultSwarm implements Swarm {

    private static final System.Logger LOG = System.getLogger(DefaultSwarm.class.getName());

    private final PeerId self;
    private final ScheduledExecutorService loop;
    private final List<Transport> transports;
    private final SwarmConfig config;
    private final ConnectionTable table;
    private final AddressBook addresses;
    private final KeptPeers kept;
    private final Dials dials;
    private final Tally tally = new Tally();
    private final Resources resources;
    private final Map<Long, PeerConnection> connections = new LinkedHashMap<>();
    private final Map<String, Consumer<Stream>> handlers = new LinkedHashMap<>();
    private final Map<PeerId, Set<String>> protocols = new HashMap<>();
    private final List<PeerListener> listeners = new ArrayList<>();
    private final List<Consumer<Connection>> connectionListeners = new ArrayList<>();
    private final List<Runnable> localListeners = new ArrayList<>();
    private final List<Multiaddr> listening = new ArrayList<>();
    private long lastId;
    private boolean closed;

    /**
     * @param eventLoop one thread, on which every method here is called
     * @param transports asked in this order who can dial an address
     * @param random spreads back-offs
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public DefaultSwarm(
            PeerId self,
            ScheduledExecutorService eventLoop,
            List<Transport> transports,
            SwarmConfig config,
            NameResolver names,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.self = self;
        this.loop = eventLoop;
        this.transports = List.copyOf(transports);
        this.config = config;
        this.table = new ConnectionTable(self, config.limits());
        this.resources = new Resources(config.limits(), tally);
        this.addresses = new AddressBook(self, nanoTime);
        Dialler dialler = new Dialler(self, this.transports, names, eventLoop, nanoTime, config.dialMillis());
        this.kept = new KeptPeers(
                new DialState(self, config.firstBackOffMillis(), config.maxBackOffMillis(), random),
                dialler,
                eventLoop,
                nanoTime,
                tally,
                this::hasRoom,
                this::admit);
        this.dials = new Dials(dialler, addresses, this::hasRoom, this::admit);
    }

    /**
     * Listens, on the first transport that can.
     *
     * @return the addresses really bound; fails with {@link IOException} naming the address
     */
    public CompletionStage<List<Multiaddr>> listen(Multiaddr address) {
        CompletionStage<List<Multiaddr>> result = transports.stream()
                .filter(transport -> transport.canListen(address))
                .findFirst()
                .map(transport -> transport.listen(address, this::admit))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new IOException(address + ": no transport listens at such an address")));
        return result.whenComplete((bound, failure) -> {
            if (failure == null) {
                listening.addAll(bound);
                localListeners.forEach(Runnable::run);
            }
        });
    }

    /** The addresses bound so far, unspecified ones as they are. */
    public List<Multiaddr> listening() {
        return List.copyOf(listening);
    }

    /** Stays connected with who is at the address, dialling for ever; see {@link DialState}. */
    public void keepConnected(Multiaddr address) {
        kept.keep(address);
    }

    /** Where peers are reached. */
    public AddressBook addressBook() {
        return addresses;
    }

    /**
     * Connects with a peer, where it is not connected, at the addresses that the book has of it.
     *
     * @return the connection; fails with {@link IOException} where no address is known, nobody answers there, or there are
     *     connections enough
     */
    public CompletionStage<Connection> connect(PeerId peer) {
        PeerConnection connected = preferred(peer);
        if (connected != null) {
            return CompletableFuture.completedFuture(connected.connection());
        }
        return closed ? CompletableFuture.failedFuture(new IOException("the host is closed")) : dials.dial(peer);
    }

    @Override
    public CompletionStage<Connection> connect(SignedPeerRecord record) {
        addresses.certify(record);
        return connect(record.record().peer());
    }

    @Override
    public Optional<SignedPeerRecord> record(PeerId peer) {
        return addresses.record(peer);
    }

    /**
     * Dials a peer at one address, whether it is connected or not.
     *
     * @return the new connection; fails where nobody or another peer answers there, or there are connections enough
     */
    public CompletionStage<Connection> dial(PeerId peer, Multiaddr address) {
        return closed
                ? CompletableFuture.failedFuture(new IOException("the host is closed"))
                : dials.dial(peer, address);
    }

    /** Whether one of the transports can dial the address. */
    public boolean canDial(Multiaddr address) {
        return transports.stream().anyMatch(transport -> transport.canDial(address));
    }

    @Override
    public PeerId localPeer() {
        return self;
    }

    @Override
    public ScheduledExecutorService eventLoop() {
        return loop;
    }

    @Override
    public void handle(String protocolId, Consumer<Stream> onInbound) {
        handlers.put(protocolId, onInbound);
        localListeners.forEach(Runnable::run);
    }

    /** The protocols that this host speaks. */
    public Set<String> localProtocols() {
        return Set.copyOf(handlers.keySet());
    }

    /** Tells when what this host speaks, or where it listens, has changed. */
    public void addLocalListener(Runnable listener) {
        localListeners.add(listener);
    }

    @Override
    public CompletionStage<Stream> open(PeerId peer, List<String> protocolIds) {
        PeerConnection first = preferred(peer);
        if (first == null) {
            return CompletableFuture.failedFuture(new IOException(peer + " is not connected"));
        }
        return first.open(protocolIds).exceptionallyCompose(failure -> {
            PeerConnection now = preferred(peer);
            return now == null || now.equals(first)
                    ? CompletableFuture.failedFuture(Timeouts.cause(failure))
                    : now.open(protocolIds);
        });
    }

    /** As {@link #open(PeerId, List)}, on this very connection. */
    public CompletionStage<Stream> open(Connection connection, List<String> protocolIds) {
        return connections.values().stream()
                .filter(each -> each.connection().equals(connection))
                .findFirst()
                .map(each -> each.open(protocolIds))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("the connection has ended")));
    }

    @Override
    public void addListener(PeerListener listener) {
        listeners.add(listener);
        for (PeerId peer : table.peers()) {
            listener.connected(peer);
            Set<String> known = protocols.get(peer);
            if (known != null) {
                listener.protocols(peer, known);
            }
        }
    }

    /** Is handed every connection that is admitted, each after {@link PeerListener#connected}. */
    public void addConnectionListener(Consumer<Connection> listener) {
        connectionListeners.add(listener);
    }

    /** Takes what a connected peer says it speaks, and tells the listeners. */
    public void learn(PeerId peer, Set<String> protocolIds) {
        if (table.preferred(peer).isPresent() && !protocolIds.equals(protocols.put(peer, protocolIds))) {
            tell(listener -> listener.protocols(peer, protocolIds));
        }
    }

    /** Whom this host is connected with. */
    public Set<PeerId> peers() {
        return table.peers();
    }

    /** The connection in use with a peer. */
    public Optional<Connection> connection(PeerId peer) {
        return Optional.ofNullable(preferred(peer)).map(PeerConnection::connection);
    }

    /** What the peer has said it speaks; empty where it has not yet. */
    public Set<String> protocols(PeerId peer) {
        return protocols.getOrDefault(peer, Set.of());
    }

    public SwarmCounters counters() {
        Map<Refusal, Long> refused = tally.refused();
        for (Transport transport : transports) {
            transport.refused().forEach((reason, count) -> refused.merge(reason, count, Long::sum));
        }
        return new SwarmCounters(table.size(), resources.unsentBytes(), refused, tally.failedDials);
    }

    /** Closes every connection and listener; no peer is dialled any more. */
    public CompletionStage<Void> close() {
        closed = true;
        kept.close();
        List.copyOf(connections.values()).forEach(each -> each.connection().close());
        return CompletableFuture.allOf(transports.stream()
                .map(transport -> transport.close().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Whether more than half of the connections are taken, so that those of little use should go. */
    public boolean isCrowded() {
        return table.size() > config.limits().maxConnections() / 2;
    }

    private boolean hasRoom() {
        return table.size() < config.limits().maxConnections();
    }

    private @Nullable PeerConnection preferred(PeerId peer) {
        return table.preferred(peer).map(connections::get).orElse(null);
    }

    /** @return whether the connection stays */
    private boolean admit(Connection connection) {
        Optional<ConnectionResources> taken = closed
                ? Optional.empty()
                : resources.connect(connection.peer(), connection.remoteAddress(), connection.dialled());
        if (taken.isEmpty()) {
            connection.close();
            return false;
        }
        long id = ++lastId;
        PeerConnection each = new PeerConnection(connection, handlers, config, taken.get(), loop, tally);
        connections.put(id, each);
        List<ConnectionTable.Output> outputs = table.handle(new ConnectionTable.Input.Opened(id, connection.peer()));
        boolean refused = outputs.stream()
                .anyMatch(output -> output instanceof ConnectionTable.Output.Close close
                        && close.reason().refused());
        carryOut(outputs); // before any stream is served
        if (!refused) {
            if (connection.dialled()) {
                addresses.worked(connection.peer(), connection.remoteAddress());
            }
            each.accept();
            connectionListeners.forEach(listener -> listener.accept(connection));
            connection.closed().thenRun(() -> ended(id));
        } else {
            each.ended();
        }
        return !refused;
    }

    private void ended(long id) {
        PeerConnection connection = connections.remove(id);
        carryOut(table.handle(new ConnectionTable.Input.Ended(id)));
        if (connection != null) {
            connection.ended();
        }
    }

    private void carryOut(List<ConnectionTable.Output> outputs) {
        for (ConnectionTable.Output output : outputs) {
            switch (output) {
                case ConnectionTable.Output.Connected connected -> {
                    PeerId peer = connected.peer();
                    LOG.log(Level.DEBUG, () -> "connected with " + peer);
                    kept.connected(peer);
                    tell(listener -> listener.connected(peer));
                }
                case ConnectionTable.Output.Disconnected disconnected -> {
                    PeerId peer = disconnected.peer();
                    LOG.log(Level.DEBUG, () -> "disconnected from " + peer);
                    protocols.remove(peer);
                    kept.disconnected(peer);
                    tell(listener -> listener.disconnected(peer));
                }
                case ConnectionTable.Output.Close close -> close(close.id(), close.reason());
            }
        }
    }

    /** A listener that fails keeps nobody else from hearing. */
    private void tell(Consumer<PeerListener> event) {
        for (PeerListener listener : List.copyOf(listeners)) {
            try {
                event.accept(listener);
            } catch (RuntimeException broken) {
                LOG.log(Level.WARNING, "a listener for peers failed", broken);
            }
        }
    }

    private void close(long id, ConnectionTable.Reason reason) {
        PeerConnection each = reason.refused() ? connections.remove(id) : connections.get(id);
        if (each != null) {
            Connection connection = each.connection();
            LOG.log(
                    Level.DEBUG,
                    () -> "closing a connection with " + connection.peer() + " at " + connection.remoteAddress() + ": "
                            + reason);
            switch (reason) {
                case LIMIT -> tally.refuse(Refusal.CONNECTION_LIMIT);
                case SURPLUS -> tally.refuse(Refusal.SURPLUS_CONNECTION);
                case SELF -> {}
            }
            connection.close();
        }
    }
}
