package dev.grapevine.node.network;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.FrontierTree;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Verdict;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A host with catch-up over QUIC, and logs in memory. */
final class SyncNode implements AutoCloseable {

    static final String PROTOCOL = "/grapevine/test/sync/1";

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Events in one page of what it serves. */
    private static final int PAGE = 100;

    final Libp2pHost host;
    final Logs logs = new Logs();

    /** Public credentials that it hands out. */
    final Map<Hash, byte[]> objects = new ConcurrentHashMap<>();

    final Sync sync;

    SyncNode() {
        this(Clock.systemUTC(), System::nanoTime);
    }

    SyncNode(Clock clock, LongSupplier nanoTime) {
        host = host(clock);
        sync = new Sync(
                host,
                PROTOCOL,
                logs,
                logs,
                new FakePeerHeads(new IssuerLogFixture(RANDOM.nextInt()).issuer),
                digest -> Mono.justOrEmpty(objects.get(digest)),
                new FakeForks(),
                Flux.never(),
                clock,
                nanoTime,
                RANDOM);
    }

    SyncNode start() {
        sync.start();
        return this;
    }

    void connect(SyncNode peer) {
        connect(peer.host);
    }

    void connect(Libp2pHost peer) {
        Multiaddr address = peer.listenAddresses().getFirst();
        host.keepConnected(address.with(Protocol.P2P, peer.peerId().toString()));
    }

    @Override
    public void close() {
        sync.stop();
        host.close().toCompletableFuture().join();
    }

    static Libp2pHost host() {
        return host(Clock.systemUTC());
    }

    private static Libp2pHost host(Clock clock) {
        HostConfig config = new HostConfig(
                IssuerLogFixture.privateKey(RANDOM.nextInt()),
                List.of(Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1")),
                "test",
                GossipsubConfig.defaults(),
                clock,
                RANDOM);
        return Libp2pHost.start(config).toCompletableFuture().join();
    }

    /** Logs in memory, served and pulled. What does not continue a log is refused. */
    static final class Logs implements EventLog, Intake {

        final Map<IssuerId, List<LogEntry>> entries = new ConcurrentHashMap<>();
        final FrontierTree frontier = new FrontierTree();

        /** Whether it pulls what peers have. */
        volatile boolean admitting = true;

        /** Who sent what was applied, a run each. */
        final List<PeerId> senders = new CopyOnWriteArrayList<>();

        void add(IssuerId issuer, List<LogEntry> run) {
            entries.computeIfAbsent(issuer, key -> new CopyOnWriteArrayList<>()).addAll(run);
            SignedEvent last = run.getLast().event();
            frontier.advanced(new LogHead(
                    issuer, last.sequence(), last.hash(), last.event().occurredAtMillis(), LogKeys.ofUnknown(issuer)));
        }

        /** Whether the log is held as it was written. */
        boolean holds(IssuerLogFixture log) {
            return hashes(entries.getOrDefault(log.issuer, List.of())).equals(hashes(log.entries));
        }

        private static List<Hash> hashes(List<LogEntry> log) {
            return log.stream().map(entry -> entry.event().hash()).toList();
        }

        int held(IssuerId issuer) {
            return entries.getOrDefault(issuer, List.of()).size();
        }

        @Override
        public boolean admits(IssuerId issuer) {
            return admitting;
        }

        @Override
        public Flux<LogHead> heads() {
            return Flux.fromIterable(entries.keySet()).concatMap(this::head);
        }

        @Override
        public FrontierTree frontier() {
            return frontier;
        }

        @Override
        public Mono<LogHead> head(IssuerId issuer) {
            return Mono.justOrEmpty(frontier.head(issuer));
        }

        @Override
        public Mono<List<LogEntry>> range(IssuerId issuer, long from, int maxBytes) {
            List<LogEntry> log = entries.getOrDefault(issuer, List.of());
            int begin = Math.toIntExact(Math.min(from, log.size()));
            return Mono.just(List.copyOf(log.subList(begin, Math.min(begin + PAGE, log.size()))));
        }

        @Override
        public Mono<Opening> body(IssuerId issuer, UUID profileId) {
            return Flux.fromIterable(entries.getOrDefault(issuer, List.of()))
                    .filter(entry -> entry.event().event().change() instanceof Change.Version version
                            && version.profileId().equals(profileId))
                    .mapNotNull(entry -> entry.opening().orElse(null))
                    .takeLast(1)
                    .next();
        }

        @Override
        public Flux<MissingBody> missingBodies(Optional<MissingBody> after, int limit) {
            return Flux.empty();
        }

        @Override
        public Mono<Verdict> gossip(byte[] message, PeerId from) {
            return Mono.just(new Verdict(Verdict.Kind.IGNORE, "test"));
        }

        @Override
        public synchronized Mono<Pulled> pulled(List<LogEntry> run, PeerId from) {
            IssuerId issuer = run.getFirst().event().issuer();
            int held = held(issuer);
            long first = run.getFirst().event().sequence();
            if (first > held) {
                return Mono.just(new Pulled.Behind(held));
            }
            List<LogEntry> fresh = new ArrayList<>(run.subList(Math.min(run.size(), (int) (held - first)), run.size()));
            Optional<Hash> before = held == 0
                    ? Optional.empty()
                    : Optional.of(entries.get(issuer).getLast().event().hash());
            if (!fresh.isEmpty() && !fresh.getFirst().event().event().previous().equals(before)) {
                return Mono.just(new Pulled.Refused("another log"));
            }
            if (!fresh.isEmpty()) {
                add(issuer, fresh);
                senders.add(from);
            }
            return Mono.just(new Pulled.Applied(held(issuer) - 1L));
        }

        @Override
        public Flux<Pulled> pulled(Flux<Arriving> runs) {
            return runs.concatMap(
                    run -> {
                        try {
                            return pulled(run.entries().get(), run.from());
                        } catch (MalformedException e) {
                            return Mono.just(new Pulled.Refused("malformed"));
                        }
                    },
                    1);
        }

        @Override
        public Flux<Gap> gaps() {
            return Flux.never();
        }

        @Override
        public Flux<PeerId> dropped() {
            return Flux.never();
        }

        @Override
        public long applied() {
            return 0;
        }

        @Override
        public Mono<Integer> bodies(List<ArrivedBody> bodies) {
            return Mono.just(0);
        }
    }
}
