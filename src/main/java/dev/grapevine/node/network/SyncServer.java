package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.node.network.ForkMessages.EventHash;
import dev.grapevine.node.network.ForkMessages.ForksPage;
import dev.grapevine.node.network.ForkMessages.ForksRequest;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Body;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.Forks;
import dev.grapevine.node.registry.FrontierTree;
import dev.grapevine.node.registry.PeerHeads;
import dev.grapevine.node.registry.PublicObjects;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Answers what peers ask, one frame at a time, each sent only when the stream has taken the one before. */
final class SyncServer {

    /** Any protobuf frame (design §8). */
    static final int MAX_FRAME_BYTES = 1024 * 1024;

    /** Of the entries in one page of a range; far below a frame, so that a page is a small unit of work. */
    static final int MAX_RANGE_BYTES = 256 * 1024;

    /**
     * Of the pages of one answer to a request for a part of a log, beyond which the peer asks for the rest: the few answers that it reads later than it asks for them
     * then leave room in the connection's flow control for the one that it needs now.
     */
    static final int MAX_ANSWER_BYTES = 2 * 1024 * 1024;

    /** Answers under way, in all; a request beyond them is reset, and its peer asks others. */
    static final int MAX_ANSWERS = 64;

    /** Answers under way to one peer, more than a node of ours ever asks for at once. */
    static final int MAX_ANSWERS_PER_PEER = 8;

    /** A stream whose request has not come by then is reset. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /** A peer that takes longer to read a frame is given up. */
    static final Duration SEND_TIMEOUT = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SyncServer.class);

    private final EventLog log;
    private final PeerHeads peerHeads;
    private final PublicObjects objects;
    private final Forks forks;
    private final ScheduledExecutorService eventLoop;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final Map<PeerId, Integer> answersOfPeers = new HashMap<>();
    private final LongAdder refused = new LongAdder();
    private int answers;

    SyncServer(
            EventLog log,
            PeerHeads peerHeads,
            PublicObjects objects,
            Forks forks,
            ScheduledExecutorService eventLoop,
            InstantSource clock) {
        this.log = log;
        this.peerHeads = peerHeads;
        this.objects = objects;
        this.forks = forks;
        this.clock = clock;
        this.eventLoop = eventLoop;
        this.scheduler = Schedulers.fromExecutorService(eventLoop);
    }

    /** Answers under way; other threads may be told what was so a moment ago. */
    int answers() {
        return answers;
    }

    /** Requests beyond {@link #MAX_ANSWERS} or {@link #MAX_ANSWERS_PER_PEER}. */
    long refused() {
        return refused.sum();
    }

    /** Takes an inbound stream; called on the event loop. */
    void accept(Stream stream) {
        FrameStream frames = new FrameStream(stream, MAX_FRAME_BYTES);
        Answering answering = new Answering(frames);
        frames.receive(answering);
        answering.expectRequest();
    }

    private boolean begin(PeerId peer) {
        int ofPeer = answersOfPeers.getOrDefault(peer, 0);
        if (answers == MAX_ANSWERS || ofPeer == MAX_ANSWERS_PER_PEER) {
            return false;
        }
        answers++;
        answersOfPeers.put(peer, ofPeer + 1);
        return true;
    }

    private void finish(PeerId peer) {
        answers--;
        answersOfPeers.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
    }

    private Flux<byte[]> answer(Request request, PeerId peer) {
        return switch (request) {
            case FrontierRequest frontier -> frontier(frontier, peer).map(FrontierPage::encode);
            case Request.Range range -> range(range).map(RangePage::encode);
            case Request.Bodies bodies -> bodies(bodies).map(BodiesPage::encode);
            case Request.Objects objects -> objects(objects).map(ObjectsPage::encode);
            case ForksRequest asked -> forks(asked).map(ForksPage::encode);
        };
    }

    /** Digests may have to be made anew, so another thread does it. The first page tells the time, even if nothing else. */
    private Flux<FrontierPage> frontier(FrontierRequest request, PeerId peer) {
        OwnLogSeen own = new OwnLogSeen(peerHeads.issuer(), log.frontier());
        return Flux.fromIterable(request.nodes())
                .publishOn(Schedulers.parallel())
                .mapNotNull(node -> part(node, own))
                .buffer(FrontierPage.MAX_PARTS)
                .map(parts -> new FrontierPage(now(), parts))
                .switchIfEmpty(Mono.fromSupplier(() -> new FrontierPage(now(), List.of())))
                .concatWith(Mono.defer(() ->
                                own.seen().isPresent() ? OwnLogSeen.tell(peerHeads, peer, own.seen()) : Mono.empty())
                        .cast(FrontierPage.class));
    }

    private @Nullable Part part(Node node, OwnLogSeen own) {
        FrontierTree tree = log.frontier();
        own.asking();
        boolean same = node.digest().filter(tree.digest(node.path())::equals).isPresent();
        if (same) {
            own.equal(node.path());
        }
        return same ? null : Part.of(node.path(), tree.part(node.path()));
    }

    private Optional<Long> now() {
        return Optional.of(clock.millis());
    }

    private Flux<RangePage> range(Request.Range range) {
        AtomicLong next = new AtomicLong(range.from());
        AtomicLong room = new AtomicLong(
                range.to() == Request.Range.TO_THE_END ? Long.MAX_VALUE : MAX_ANSWER_BYTES - MAX_RANGE_BYTES);
        return Mono.defer(() -> log.range(range.issuer(), next.get(), MAX_RANGE_BYTES))
                .repeat(() -> next.get() <= range.to() && room.get() > 0)
                .takeWhile(entries -> !entries.isEmpty())
                .doOnNext(entries -> {
                    next.set(entries.getLast().event().sequence() + 1);
                    room.addAndGet(
                            -entries.stream().mapToInt(LogEntry::messageBytes).sum());
                })
                .map(RangePage::new);
    }

    private Flux<ForksPage> forks(ForksRequest request) {
        if (request.statementAt().isPresent()) {
            return forks.statement(request.issuer(), request.statementAt().get())
                    .map(ForksPage::new)
                    .flux();
        }
        return request.hashesAt().isEmpty()
                ? forks.evidence(request.issuer()).map(ForksPage::new)
                : forks.hashes(request.issuer(), request.hashesAt())
                        .map(hashes -> new ForksPage(hashes.entrySet().stream()
                                .map(entry -> new EventHash(entry.getKey(), entry.getValue()))
                                .toList()))
                        .flux();
    }

    private Flux<BodiesPage> bodies(Request.Bodies request) {
        return Flux.fromIterable(request.profileIds())
                .concatMap(id -> log.body(request.issuer(), id).map(opening -> new Body(id, opening)))
                .buffer(BodiesPage.MAX_BODIES)
                .map(BodiesPage::new);
    }

    /** One a page; what this node does not have, or may not hand out, is left out. */
    private Flux<ObjectsPage> objects(Request.Objects request) {
        return Flux.fromIterable(request.digests())
                .concatMap(objects::object, 1)
                .map(object -> new ObjectsPage(List.of(object)));
    }

    /** One stream: waits for the request, then sends the answer. */
    private final class Answering implements FrameStream.Receiver {

        private final FrameStream frames;
        private final Disposable.Swap answer = Disposables.swap();
        private @Nullable ScheduledFuture<?> requestTimeout;
        private boolean asked;

        Answering(FrameStream frames) {
            this.frames = frames;
        }

        @Override
        public void frame(byte[] frame) {
            if (asked) {
                throw new MalformedException("a second request on one stream");
            }
            asked = true;
            endTimeout();
            Request request = Request.decode(frame);
            PeerId peer = frames.peer();
            if (!begin(peer)) {
                refused.increment();
                frames.reset();
                return;
            }
            answer.update(answer(request, peer)
                    .concatMap(this::send, 1)
                    .doFinally(signal -> eventLoop.execute(() -> finish(peer)))
                    .subscribe(sent -> {}, this::fail, () -> eventLoop.execute(frames::closeWrite)));
        }

        void expectRequest() {
            if (!asked) {
                requestTimeout = eventLoop.schedule(frames::reset, REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private void endTimeout() {
            if (requestTimeout != null) {
                requestTimeout.cancel(false);
            }
        }

        private Mono<Void> send(byte[] frame) {
            return Mono.fromCompletionStage(() -> frames.send(frame))
                    .subscribeOn(scheduler)
                    .timeout(SEND_TIMEOUT, scheduler);
        }

        private void fail(Throwable failure) {
            LOG.debug("Answering {} failed", frames.peer(), failure);
            eventLoop.execute(frames::reset);
        }

        @Override
        public void end() {
            endTimeout();
            if (!asked) {
                frames.reset();
            }
        }

        @Override
        public void reset() {
            endTimeout();
            answer.dispose();
        }
    }
}
