package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Verdict;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Catch-up with a peer over QUIC, whose answers the test makes up. */
class PullIT {

    private static final String PROTOCOL = "/grapevine/test/sync/1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EVENTS = 5;
    private static final long PEER_TIME = IssuerLogFixture.NOON;

    private final SecureRandom random = new SecureRandom();
    private final IssuerLogFixture issuer = new IssuerLogFixture(1);
    private final FakeLog log = new FakeLog(issuer, 0);
    private final FakeIntake intake = new FakeIntake();
    private final FakePeerHeads peerHeads = new FakePeerHeads(issuer.issuer);
    private final Libp2pHost host = host();
    private final Libp2pHost peer = host();
    private final Sync sync = new Sync(
            host,
            PROTOCOL,
            log,
            intake,
            peerHeads,
            digest -> Mono.empty(),
            new FakeForks(),
            Flux.never(),
            Clock.systemUTC(),
            System::nanoTime,
            random);
    private final List<Long> asked = new CopyOnWriteArrayList<>();

    @BeforeEach
    void write() {
        issuer.describe("University");
        while (issuer.entries.size() < EVENTS) {
            issuer.publish("p" + issuer.entries.size());
        }
    }

    @AfterEach
    void close() {
        sync.stop();
        host.close().toCompletableFuture().join();
        peer.close().toCompletableFuture().join();
    }

    @Test
    void aPeerThatFailsMidwayIsAskedOnAsLongAsItHelps() {
        peer.handle(PROTOCOL, stream -> new Answer(stream, EVENTS, 1));
        connect();
        await().atMost(PATIENCE).until(() -> log.held == EVENTS);
        assertThat(asked).containsExactly(0L, 1L, 2L, 3L, 4L);
        await().atMost(PATIENCE).until(() -> sync.progress().behind() == 0);
    }

    @Test
    void learnsWhatPeersClocksShow() {
        assertThat(sync.clockAhead()).isEmpty();
        peer.handle(PROTOCOL, stream -> new Answer(stream, EVENTS, EVENTS));
        connect();
        await().atMost(PATIENCE).until(() -> sync.clockAhead().isPresent());
        Duration truth = Duration.between(Instant.ofEpochMilli(PEER_TIME), Instant.now());
        assertThat(sync.clockAhead().orElseThrow()).isCloseTo(truth, PeerClocks.MAX_ROUND_TRIP);
        peer.close().toCompletableFuture().join();
        await().atMost(PATIENCE).until(() -> sync.clockAhead().isEmpty());
    }

    @Test
    void aComparisonShowsHowFarThePeerHoldsOurOwnLog() {
        log.held = EVENTS;
        peer.handle(PROTOCOL, stream -> new Answer(stream, issuer.headAfter(2)));
        connect();
        await().atMost(PATIENCE).until(() -> peerHeads.seen.contains(new FakePeerHeads.Seen(peer.peerId(), 1)));
    }

    @Test
    void whoeverAsksWithAnEqualFrontierHoldsOurOwnLog() {
        log.held = EVENTS;
        peer.handle(PROTOCOL, stream -> new Answer(stream, issuer.headAfter(2)));
        connect();
        await().atMost(PATIENCE).until(() -> !peerHeads.seen.isEmpty());
        Node root = new Node("", Optional.of(log.frontier().digest()));
        new SyncClient(peer, PROTOCOL, new SyncTraffic())
                .ask(host.peerId(), new FrontierRequest(List.of(root)))
                .blockLast(PATIENCE);
        await().atMost(PATIENCE)
                .until(() -> peerHeads.seen.contains(new FakePeerHeads.Seen(peer.peerId(), EVENTS - 1)));
    }

    @Test
    void whatWouldBeDeclinedIsNotAskedFor() {
        intake.declined.add(issuer.issuer);
        peer.handle(PROTOCOL, stream -> new Answer(stream, EVENTS, EVENTS));
        connect();
        await().atMost(PATIENCE)
                .until(() -> sync.progress().registry().comparedAt().isPresent());
        assertThat(asked).isEmpty();
        assertThat(sync.progress().behind()).isZero();
    }

    @Test
    void aHeadOfOurSequenceWithAnotherHashIsCounted() {
        log.held = EVENTS;
        IssuerLogFixture twin = new IssuerLogFixture(1);
        twin.describe("Another university");
        while (twin.entries.size() < EVENTS) {
            twin.publish("q" + twin.entries.size());
        }
        peer.handle(PROTOCOL, stream -> new Answer(stream, twin.headAfter(EVENTS)));
        List<Divergence> divergences = new CopyOnWriteArrayList<>();
        sync.divergences().subscribe(divergences::add);
        connect();
        await().atMost(PATIENCE).until(() -> sync.progress().divergences() == 1);
        LogHead theirs = twin.headAfter(EVENTS);
        assertThat(divergences)
                .containsExactly(new Divergence(issuer.issuer, theirs.sequence(), theirs.hash(), peer.peerId()));
        assertThat(asked).isEmpty();
        assertThat(sync.progress().behind()).isZero();
    }

    private void connect() {
        sync.start();
        Multiaddr address = peer.listenAddresses().getFirst();
        host.keepConnected(address.with(Protocol.P2P, peer.peerId().toString()));
    }

    private Libp2pHost host() {
        HostConfig config = new HostConfig(
                IssuerLogFixture.privateKey(random.nextInt()),
                List.of(Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1")),
                "test",
                GossipsubConfig.defaults(),
                Clock.systemUTC(),
                random);
        return Libp2pHost.start(config).toCompletableFuture().join();
    }

    /** Tells a head; of a range sends so many pages of one event each, and then gives up. */
    private final class Answer implements FrameStream.Receiver {

        private final FrameStream frames;
        private final LogHead head;
        private final int pages;

        Answer(Stream stream, int events, int pages) {
            this(stream, issuer.headAfter(events), pages);
        }

        Answer(Stream stream, LogHead head) {
            this(stream, head, 0);
        }

        private Answer(Stream stream, LogHead head, int pages) {
            this.frames = new FrameStream(stream, SyncServer.MAX_FRAME_BYTES);
            this.head = head;
            this.pages = pages;
            frames.receive(this);
        }

        @Override
        public void frame(byte[] frame) {
            switch (Request.decode(frame)) {
                case FrontierRequest frontier -> {
                    Part root = new Part("", List.of(), List.of(Head.of(head)));
                    frames.send(new FrontierPage(Optional.of(PEER_TIME), List.of(root)).encode());
                    frames.closeWrite();
                }
                case Request.Range range -> {
                    asked.add(range.from());
                    int from = Math.toIntExact(range.from());
                    for (LogEntry entry : issuer.entries(from, from + pages)) {
                        frames.send(new RangePage(List.of(entry)).encode());
                    }
                    if (from + pages == EVENTS) {
                        frames.closeWrite();
                    } else {
                        // what was sent may not arrive before the reset; a malformed frame ends the answer in its turn
                        frames.send(new byte[] {1});
                    }
                }
                case Request.Bodies bodies -> frames.closeWrite();
                case Request.Objects objects -> frames.closeWrite();
                case ForkMessages.ForksRequest forks -> frames.closeWrite();
            }
        }

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }

    /** Applies everything. */
    private final class FakeIntake implements Intake {

        private final Set<IssuerId> declined = ConcurrentHashMap.newKeySet();

        @Override
        public Mono<Verdict> gossip(byte[] message, PeerId from) {
            return Mono.just(new Verdict(Verdict.Kind.IGNORE, "test"));
        }

        @Override
        public Mono<Pulled> pulled(List<LogEntry> run, PeerId from) {
            return Mono.fromSupplier(() -> {
                long last = run.getLast().event().sequence();
                log.held = Math.toIntExact(last + 1);
                return new Pulled.Applied(last);
            });
        }

        @Override
        public Flux<Pulled> pulled(Flux<Arriving> runs) {
            return runs.concatMap(run -> pulled(run.entries().get(), run.from()), 1);
        }

        @Override
        public boolean admits(IssuerId issuer) {
            return !declined.contains(issuer);
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
