package dev.grapevine.libp2p;

import dev.grapevine.libp2p.autonat.Autonat;
import dev.grapevine.libp2p.autonat.AutonatMetrics;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.dns.DnsResolver;
import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.libp2p.identify.Identify;
import dev.grapevine.libp2p.identify.Identity;
import dev.grapevine.libp2p.kad.Kademlia;
import dev.grapevine.libp2p.mdns.Mdns;
import dev.grapevine.libp2p.mdns.MdnsMetrics;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.ping.Ping;
import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.KnownPeer;
import dev.grapevine.libp2p.swarm.Seeker;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import dev.grapevine.libp2p.swarm.SwarmConfig;
import dev.grapevine.libp2p.swarm.SwarmCounters;
import dev.grapevine.libp2p.swarm.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One peer of a libp2p network: listens, dials, identifies itself, pings, publishes and subscribes. Every method is safe
 * to call from any thread. Streams, callbacks and results of stages live on the host's one event loop thread, which
 * nothing must block.
 */
public final class Libp2pHost {

    private static final long SNAPSHOT_MILLIS = 1_000;
    private static final long SHUTDOWN_MILLIS = 2_000;

    private final PeerId self;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService worker;
    private final ExecutorService handshakes;
    private final DnsResolver names;
    private final DefaultSwarm swarm;
    private final Identify identify;
    private final Ping ping;
    private final Autonat autonat;
    private final Gossipsub gossipsub;
    private final Discovery discovery;
    private final Seeker seeker;
    private final Optional<Kademlia> dht;
    private final Optional<Mdns> mdns;
    private final ScheduledFuture<?> snapshots;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile List<Multiaddr> listening = List.of();
    private volatile List<PeerInfo> peers = List.of();
    private volatile SwarmCounters counters;
    private volatile DiscoveryCounters discoveryCounters = new DiscoveryCounters(0, 0);
    private volatile AutonatMetrics autonatMetrics;
    private boolean closing;

    /**
     * Starts a host.
     *
     * @return the host once it listens; fails with {@link IOException} naming the address where it cannot
     */
    public static CompletionStage<Libp2pHost> start(HostConfig config) {
        ThreadFactory threads = new DefaultThreadFactory("libp2p", true);
        EventLoopGroup group = Sockets.best().eventLoop(threads);
        EventLoop loop = group.next();
        return CompletableFuture.supplyAsync(() -> new Libp2pHost(config, group, loop), loop)
                .whenComplete((host, failure) -> {
                    if (failure != null) {
                        shutdown(group);
                    }
                })
                .thenComposeAsync(host -> host.listen(config.listen()), loop);
    }

    private Libp2pHost(HostConfig config, EventLoopGroup group, EventLoop loop) {
        this.self = PeerId.of(config.key().publicKey());
        this.group = group;
        this.loop = loop;
        this.handshakes = Executors.newSingleThreadExecutor(new DefaultThreadFactory("libp2p-handshake", true));
        this.names = new DnsResolver(loop, DnsServerAddressStreamProviders::platformDefault);
        this.worker = Executors.newSingleThreadExecutor(new DefaultThreadFactory("libp2p-work", true));
        this.swarm = swarm(config, config.key(), config.swarm());
        this.counters = swarm.counters();
        this.identify = new Identify(swarm, config.key(), config.agentVersion(), this::listenAddresses, config.clock());
        this.ping = new Ping(swarm, System::nanoTime, config.random());
        identify.start();
        ping.start();
        this.gossipsub = Gossipsub.start(
                swarm, config.gossipsub(), config.key(), config.random(), config.clock(), System::nanoTime, worker);
        this.discovery = config.discovery();
        this.seeker = new Seeker(
                swarm, discovery.wantedConnections(), discovery.protocolId(), config.random(), System::nanoTime);
        seeker.start();
        this.dht = discovery
                .dht()
                .map(kad -> Kademlia.start(
                        swarm, kad, this::listenAddresses, config.random(), config.clock(), System::nanoTime));
        this.mdns = discovery.mdns()
                ? Optional.of(new Mdns(swarm, this::listenAddresses, config.random(), System::nanoTime))
                : Optional.empty();
        this.autonat = new Autonat(
                swarm,
                () -> swarm(config, PrivateKey.generate(config.random()), SwarmConfig.defaults()),
                identify::addresses,
                IpAddresses::isPublic,
                identify::tested,
                config.random(),
                System::nanoTime);
        autonat.start();
        this.autonatMetrics = autonat.metrics();
        swarm.addListener(new Snapshots());
        this.snapshots =
                loop.scheduleAtFixedRate(this::takeSnapshot, SNAPSHOT_MILLIS, SNAPSHOT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private DefaultSwarm swarm(HostConfig config, PrivateKey key, SwarmConfig limits) {
        List<Transport> transports = Transports.of(key, config, loop, handshakes);
        PeerId id = PeerId.of(key.publicKey());
        return new DefaultSwarm(id, loop, transports, limits, names, config.random(), System::nanoTime);
    }

    private CompletionStage<Libp2pHost> listen(List<Multiaddr> addresses) {
        CompletionStage<Libp2pHost> result = CompletableFuture.completedFuture(this);
        for (Multiaddr address : addresses) {
            result = result.thenCompose(host -> swarm.listen(address).thenApply(bound -> {
                listening = swarm.listening();
                return this;
            }));
        }
        return result.thenApply(host -> {
                    mdns.ifPresent(Mdns::start);
                    return host;
                })
                .exceptionallyCompose(failure -> close().thenCompose(done -> CompletableFuture.failedFuture(failure)));
    }

    public PeerId peerId() {
        return self;
    }

    /** Where this host listens, unspecified addresses expanded to those of the interfaces; without {@code /p2p}. */
    public List<Multiaddr> listenAddresses() {
        return InterfaceAddresses.expand(listening);
    }

    public Gossipsub gossipsub() {
        return gossipsub;
    }

    /** The DHT, where this host takes part in one. */
    public Optional<Kademlia> dht() {
        return dht;
    }

    /** What discovery on the local network has counted. */
    public MdnsMetrics mdns() {
        return mdns.map(Mdns::metrics).orElse(MdnsMetrics.NONE);
    }

    /** At which of its addresses this host is reached, and what it has done for others to know that, at most a second old. */
    public AutonatMetrics autonat() {
        return autonatMetrics;
    }

    /** The host's one thread, for what must be done with its streams. */
    public ScheduledExecutorService eventLoop() {
        return loop;
    }

    /**
     * Stays connected with who is at the address, dialling for ever, with back-off. With {@code /p2p} at its end the peer
     * must be that one; without, whoever answers is trusted on first use, and remembered while this host runs. Where
     * another peer answers at a later dial, the log warns, naming both, and the new one takes the place of the first,
     * for a container that is made anew has a new key; a network in which that is no matter of course names its peers.
     * The log tells as well when the peer is connected or lost, and why it cannot be reached. Names are resolved anew
     * each time. Does nothing once the host is closed.
     *
     * @throws IllegalArgumentException where the address names a peer but no place
     */
    public void keepConnected(Multiaddr address) {
        if (address.without(Protocol.P2P).components().isEmpty()) {
            throw new IllegalArgumentException("not an address to dial: " + address);
        }
        run(() -> swarm.keepConnected(address));
    }

    /** Speaks a protocol from now on, as {@link Swarm#handle}. Does nothing once the host is closed. */
    public void handle(String protocolId, Consumer<Stream> onInbound) {
        run(() -> swarm.handle(protocolId, onInbound));
    }

    /** Opens a stream to a connected peer, as {@link Swarm#open}. */
    public CompletionStage<Stream> open(PeerId peer, List<String> protocolIds) {
        return call(() -> swarm.open(peer, protocolIds));
    }

    /** The connected peers, at most a second old. */
    public List<PeerInfo> peers() {
        return peers;
    }

    /** What the swarm holds and has refused, at most a second old. */
    public SwarmCounters counters() {
        return counters;
    }

    /** What is known of peers' addresses, at most a second old. */
    public DiscoveryCounters discoveryCounters() {
        return discoveryCounters;
    }

    /** Takes what an earlier run knew of peers, to look for them. Does nothing once the host is closed. */
    public void remember(List<KnownPeer> known) {
        run(() -> known.forEach(swarm.addressBook()::remember));
    }

    /** The connected peers of one's own kind, with what is known of their addresses beyond hearsay. */
    public CompletionStage<List<KnownPeer>> knownPeers() {
        return call(() -> CompletableFuture.completedFuture(swarm.peers().stream()
                .filter(peer -> swarm.protocols(peer).contains(discovery.protocolId()))
                .flatMap(peer -> swarm.addressBook().proven(peer).stream())
                .toList()));
    }

    /** Tells of peers, as {@link Swarm#addListener}. Does nothing once the host is closed. */
    public void addListener(Swarm.PeerListener listener) {
        run(() -> swarm.addListener(listener));
    }

    /** Ends every connection, which tells the peers, and stops. @return completes when nothing is left running */
    public CompletionStage<Void> close() {
        run(() -> {
            if (!closing) {
                closing = true;
                snapshots.cancel(false);
                seeker.close();
                dht.ifPresent(Kademlia::close);
                mdns.ifPresent(Mdns::close);
                gossipsub.close();
                ping.close();
                names.close();
                // on a later turn, after gossipsub's
                loop.execute(() -> autonat.close()
                        .thenCompose(done -> swarm.close())
                        .whenCompleteAsync((done, failure) -> {}, handshakes) // behind the last, which calls the loop
                        .whenCompleteAsync(
                                (done, failure) -> {
                                    handshakes.shutdown();
                                    worker.shutdown();
                                    shutdown(group).whenComplete((end, broken) -> closed.complete(null));
                                },
                                loop));
            }
        });
        return closed.minimalCompletionStage();
    }

    private static CompletionStage<Void> shutdown(EventLoopGroup group) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        group.shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS).addListener(done -> result.complete(null));
        return result;
    }

    private void run(Runnable task) {
        call(() -> {
            task.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    private <T> CompletionStage<T> call(Supplier<CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            loop.execute(() -> task.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            }));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException("the host is closed", e));
        }
        return result;
    }

    private void takeSnapshot() {
        counters = swarm.counters();
        autonatMetrics = autonat.metrics();
        discoveryCounters = new DiscoveryCounters(swarm.addressBook().size(), identify.refusedRecords());
        peers = swarm.peers().stream()
                .sorted()
                .flatMap(peer -> info(peer).stream())
                .toList();
    }

    private Optional<PeerInfo> info(PeerId peer) {
        return swarm.connection(peer)
                .map(connection -> new PeerInfo(
                        peer,
                        connection.remoteAddress(),
                        connection.dialled(),
                        ping.roundTrip(peer),
                        swarm.protocols(peer),
                        identify.identity(peer).map(Identity::agentVersion).orElse("")));
    }

    private final class Snapshots implements Swarm.PeerListener {

        @Override
        public void connected(PeerId peer) {
            takeSnapshot();
        }

        @Override
        public void protocols(PeerId peer, Set<String> protocolIds) {
            takeSnapshot();
        }

        @Override
        public void disconnected(PeerId peer) {
            takeSnapshot();
        }
    }
}
