package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncTraffic.BodyOutcome;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.EventLog.MissingBody;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.PeerHeads;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What peers answer when they are asked in order to catch up: their frontiers are compared, their bodies taken in. */
final class PeerAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(PeerAnswers.class);

    /** A comparison that takes longer is given up; the next one begins anew. */
    private static final Duration COMPARE_TIMEOUT = Duration.ofMinutes(2);

    private final SyncClient client;
    private final SyncTraffic traffic;
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
            SyncTraffic traffic,
            EventLog log,
            Intake intake,
            PeerHeads peerHeads,
            LongSupplier nanoTime,
            ClockListener clockHeard) {
        this.client = client;
        this.traffic = traffic;
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
                    traffic.shorterHeads(comparison.shorter().size());
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

    /** Each body once, and nothing else: so the answer ends. */
    private Mono<Integer> bodies(PeerId peer, Request.Bodies request) {
        Set<UUID> asked = new HashSet<>(request.profileIds());
        return client.ask(peer, request)
                .map(BodiesPage::decode)
                .doOnNext(page -> {
                    if (page.bodies().isEmpty()
                            || !page.bodies().stream().allMatch(body -> asked.remove(body.profileId()))) {
                        throw new MalformedException("bodies that were not asked for");
                    }
                })
                .doOnComplete(() -> traffic.bodies(BodyOutcome.ABSENT, asked.size()))
                .doOnError(failure -> traffic.bodies(
                        failure instanceof MalformedException ? BodyOutcome.WRONG : BodyOutcome.FAILED,
                        Math.max(1, asked.size())))
                .map(page -> page.bodies().stream()
                        .map(body -> new ArrivedBody(request.issuer(), body.profileId(), body.opening()))
                        .toList())
                .concatMap(this::fill, 1)
                .reduce(0, Integer::sum);
    }

    private Mono<Integer> fill(List<ArrivedBody> bodies) {
        return intake.bodies(bodies).doOnNext(filled -> {
            traffic.bodies(BodyOutcome.FETCHED, filled);
            traffic.bodies(BodyOutcome.WRONG, bodies.size() - filled);
        });
    }
}
