package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.EventLog.MissingBody;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.registry.PeerHeads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What peers answer when they are asked in order to catch up: their heads are compared, their events and bodies taken in. */
final class PeerAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(PeerAnswers.class);

    /** The head of a log of which nothing is held. */
    private static final long NOTHING = -1;

    /** A comparison that takes longer is given up; the next one begins anew. */
    private static final Duration COMPARE_TIMEOUT = Duration.ofMinutes(2);

    private final SyncClient client;
    private final EventLog log;
    private final Intake intake;
    private final PeerHeads peerHeads;
    private final LongSupplier nanoTime;
    private final ClockListener clockHeard;
    private final Divergences divergences = new Divergences();

    /** Takes what peers' clocks show, as {@link PeerClocks#heard} does, on any thread. */
    interface ClockListener {
        void heard(PeerId peer, long peerMillis, long askedNanos, long answeredNanos);
    }

    PeerAnswers(
            SyncClient client,
            EventLog log,
            Intake intake,
            PeerHeads peerHeads,
            LongSupplier nanoTime,
            ClockListener clockHeard) {
        this.client = client;
        this.log = log;
        this.intake = intake;
        this.peerHeads = peerHeads;
        this.nanoTime = nanoTime;
        this.clockHeard = clockHeard;
    }

    /** Heads and ranges that peers had in place of ours. */
    Divergences divergences() {
        return divergences;
    }

    /** Compares frontiers with a peer: a walk down its tree, one request a step. */
    Mono<FrontierComparison> compare(PeerId peer) {
        return Mono.fromSupplier(
                        () -> new FrontierComparison(peer, log.frontier(), peerHeads.issuer(), SyncState.MAX_WANTS))
                .flatMap(comparison -> Mono.defer(() -> ask(peer, comparison))
                        .repeat(() -> !comparison.isDone())
                        .then(Mono.just(comparison)))
                .timeout(COMPARE_TIMEOUT)
                .doOnNext(comparison -> {
                    comparison.divergences().forEach(divergences::found);
                    comparison.shorter().forEach(divergences::suspect);
                })
                .delayUntil(comparison -> OwnLogSeen.tell(peerHeads, peer, comparison.ownHead()));
    }

    private Mono<Void> ask(PeerId peer, FrontierComparison comparison) {
        long asked = nanoTime.getAsLong();
        return client.ask(peer, comparison.next())
                .map(FrontierPage::decode)
                .doOnNext(page -> page.timeMillis()
                        .ifPresent(millis -> clockHeard.heard(peer, millis, asked, nanoTime.getAsLong())))
                .publishOn(Schedulers.parallel(), 1)
                .doOnNext(comparison::answered)
                .then();
    }

    /** Pulls what follows our head. A peer that fails midway may have helped; our own failing database is an error. */
    Mono<Input> pull(PeerId peer, IssuerId issuer) {
        return head(issuer).flatMap(before -> {
            Queue<Page> underWay = new ConcurrentLinkedQueue<>();
            return intake.pulled(
                            pages(peer, new Request.Range(issuer, before + 1)).doOnNext(underWay::add), peer)
                    .doOnNext(pulled -> conflict(underWay.remove(), pulled, issuer, peer))
                    .takeUntil(pulled -> stops(pulled, issuer, peer))
                    .then(head(issuer))
                    .map(head -> new Input.Pulled(peer, issuer, before, head));
        });
    }

    /** A frame that whoever takes the entries decodes. */
    private static final class Page implements Supplier<List<LogEntry>> {
        private byte[] frame;
        private volatile RangePage decoded = new RangePage(List.of());

        Page(byte[] frame) {
            this.frame = frame;
        }

        @Override
        public List<LogEntry> get() {
            decoded = RangePage.decode(frame);
            frame = new byte[0];
            return decoded.entries();
        }
    }

    /** Pages as they come, as fast as they are taken. */
    private Flux<Page> pages(PeerId peer, Request.Range range) {
        return client.ask(peer, range).map(Page::new).onErrorResume(failure -> {
            LOG.debug("{} gave up sending {}: {}", peer, range.issuer().did(), failure.toString());
            return Flux.empty();
        });
    }

    private void conflict(Page page, Pulled pulled, IssuerId issuer, PeerId peer) {
        switch (pulled) {
            case Pulled.Conflict conflict ->
                divergence(page.decoded, conflict.sequence(), issuer, peer).ifPresent(divergences::found);
            case Pulled.Frozen frozen ->
                divergence(page.decoded, frozen.sequence(), issuer, peer).ifPresent(divergences::suspect);
            // events that only seem to be missing: those of a key that is not in force in our history
            case Pulled.Behind behind ->
                divergence(page.decoded, behind.missingFrom() - 1, issuer, peer).ifPresent(divergences::suspect);
            default -> {}
        }
    }

    private static Optional<Divergence> divergence(RangePage page, long sequence, IssuerId issuer, PeerId peer) {
        return page.hashAt(sequence).map(theirs -> new Divergence(issuer, sequence, theirs, peer));
    }

    private static boolean stops(Pulled pulled, IssuerId issuer, PeerId peer) {
        switch (pulled) {
            case Pulled.Applied applied -> {
                return false;
            }
            case Pulled.Conflict conflict ->
                LOG.debug("{} has another event {} of {}", peer, conflict.sequence(), issuer.did());
            case Pulled.Frozen frozen -> LOG.debug("{} is frozen at {}", issuer.did(), frozen.sequence());
            case Pulled.Refused refused -> LOG.warn("{} sent a range that is refused: {}", peer, refused.reason());
            case Pulled.Behind behind -> LOG.debug("{} left out {} of {}", peer, behind.missingFrom(), issuer.did());
            case Pulled.Early early -> LOG.debug("{} of {} is too early", early.readyAtMillis(), issuer.did());
            case Pulled.Overloaded overloaded -> LOG.debug("Too much to do for what {} sends", peer);
        }
        return true;
    }

    private Mono<Long> head(IssuerId issuer) {
        return log.head(issuer).map(LogHead::sequence).defaultIfEmpty(NOTHING);
    }

    /** Asks the peer for every missing body, a page at a time; answers with how many it had. */
    Mono<Integer> fetchBodies(PeerId peer) {
        return missingBodies(Optional.empty())
                .expand(page -> page.size() < Request.Bodies.MAX_PROFILE_IDS
                        ? Mono.empty()
                        : missingBodies(Optional.of(page.getLast())))
                .concatMapIterable(PeerAnswers::byIssuer)
                .concatMap(request -> bodies(peer, request))
                .doOnError(failure -> LOG.debug("{} gave up sending bodies: {}", peer, failure.toString()))
                .onErrorComplete()
                .reduce(0, Integer::sum);
    }

    private Mono<List<MissingBody>> missingBodies(Optional<MissingBody> after) {
        return log.missingBodies(after, Request.Bodies.MAX_PROFILE_IDS).collectList();
    }

    private static List<Request.Bodies> byIssuer(List<MissingBody> missing) {
        Map<IssuerId, List<UUID>> ids = missing.stream()
                .collect(Collectors.groupingBy(
                        MissingBody::issuer, Collectors.mapping(MissingBody::profileId, Collectors.toList())));
        return ids.entrySet().stream()
                .map(entry -> new Request.Bodies(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Mono<Integer> bodies(PeerId peer, Request.Bodies request) {
        return client.ask(peer, request)
                .map(BodiesPage::decode)
                .map(page -> page.bodies().stream()
                        .map(body -> new ArrivedBody(request.issuer(), body.profileId(), body.opening()))
                        .toList())
                .concatMap(intake::bodies, 1)
                .reduce(0, Integer::sum);
    }
}
