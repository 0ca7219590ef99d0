package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.Swarm.PeerListener;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Head;
import dev.grapevine.node.network.SyncMessages.HeadsPage;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.EventLog.MissingBody;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.registry.RegistryState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Catch-up at work: feeds {@link SyncState} on the host's event loop and carries out what it decides. */
final class Sync {

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** More than {@link SyncState} ever has under way: its pulls, a comparison for each peer, bodies, the tick. */
    private static final int MAX_JOBS = 256;

    /** The head of a log of which nothing is held. */
    private static final long NOTHING = -1;

    /** How often a pulled page is offered again to a registry that has too much to do. */
    private static final int MAX_BUSY_TRIES = 50;

    private static final Duration BUSY_PAUSE = Duration.ofMillis(200);

    /** Missing bodies are counted up to here; beyond, the registry is as little current as with fewer. */
    private static final int MAX_BODIES_COUNTED = 1_000;

    private final Libp2pHost host;
    private final String protocol;
    private final EventLog log;
    private final Intake intake;
    private final InstantSource clock;
    private final SyncState state;
    private final SyncClient client;
    private final SyncServer server;
    private final LongSupplier nanoTime;
    private final PeerClocks clocks = new PeerClocks();
    private final Divergences divergences = new Divergences();
    private final Sinks.Many<Mono<Input>> jobs = Sinks.many().unicast().onBackpressureBuffer();
    private final Disposable.Swap work = Disposables.swap();
    private volatile Progress progress;
    private volatile long missingBodies;
    private long countedAt = NOTHING;
    private Instant countAgain = Instant.MIN;

    /**
     * How catch-up stands.
     *
     * @param behind how many logs are known to reach further than ours
     * @param missingBodies counted up to 1,000
     * @param divergences heads that peers had in place of ours
     */
    record Progress(RegistryState.Snapshot registry, int behind, long missingBodies, long divergences) {}

    Sync(
            Libp2pHost host,
            String protocol,
            EventLog log,
            Intake intake,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.host = host;
        this.protocol = protocol;
        this.log = log;
        this.intake = intake;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.state = new SyncState(random);
        this.client = new SyncClient(host, protocol);
        this.server = new SyncServer(log, host.eventLoop(), clock);
        this.progress = new Progress(state.registry(clock.instant()), 0, 0, 0);
    }

    void start() {
        host.handle(protocol, server::accept);
        host.addListener(new Peers());
        Flux<Input> gaps = intake.gaps().map(gap -> new Input.Gap(gap.heardFrom(), new Ahead(gap.issuer(), gap.to())));
        Flux<Input> dropped = intake.dropped().map(Input.Dropped::new);
        work.update(Flux.merge(jobs.asFlux().flatMap(job -> job, MAX_JOBS), gaps, dropped)
                .subscribe(this::input));
        host.eventLoop().execute(this::tick);
    }

    void stop() {
        work.dispose();
    }

    SyncServer server() {
        return server;
    }

    Progress progress() {
        return progress;
    }

    /** The logs that are known to reach further than ours. */
    Mono<List<Ahead>> wanted() {
        return Mono.fromCompletionStage(() -> CompletableFuture.supplyAsync(state::wanted, host.eventLoop()));
    }

    /** How far this node's clock is ahead of the median of its peers'; empty without peers. */
    Optional<Duration> clockAhead() {
        return clocks.ahead(clock.millis(), nanoTime.getAsLong());
    }

    private void tick() {
        Mono<Input> tick = Mono.defer(this::countMissingBodies).map(Input.Tick::new);
        run(tick.delaySubscription(TICK), "Counting missing bodies", () -> new Input.Tick(missingBodies));
    }

    /** Counts anew if something was applied here, and now and then for what other instances on the database do. */
    private Mono<Long> countMissingBodies() {
        long applied = intake.applied();
        Instant now = clock.instant();
        if (applied == countedAt && now.isBefore(countAgain)) {
            return Mono.just(missingBodies);
        }
        return log.missingBodies(Optional.empty(), MAX_BODIES_COUNTED).count().doOnNext(count -> {
            missingBodies = count;
            countedAt = applied;
            countAgain = now.plus(SyncState.COMPARE_EVERY);
        });
    }

    private void input(Input input) {
        host.eventLoop().execute(() -> {
            Instant now = clock.instant();
            state.handle(input, now).forEach(this::carryOut);
            if (input instanceof Input.Disconnected gone) {
                clocks.forget(gone.peer());
            }
            progress = new Progress(state.registry(now), state.behind(), missingBodies, divergences.count());
            if (input instanceof Input.Tick) {
                tick();
            }
        });
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Compare compare ->
                run(
                        ahead(compare.peer()).map(ahead -> new Input.Compared(compare.peer(), ahead)),
                        "Comparing with " + compare.peer(),
                        () -> new Input.CompareFailed(compare.peer()));
            case Output.Pull pull ->
                run(
                        pull(pull.peer(), pull.issuer()),
                        "Pulling " + pull.issuer().did() + " from " + pull.peer(),
                        () -> new Input.PullPostponed(pull.issuer()));
            case Output.FetchBodies fetch ->
                run(
                        fetchBodies(fetch.peer()).map(found -> new Input.BodiesFetched(fetch.peer(), found)),
                        "Fetching bodies from " + fetch.peer(),
                        () -> new Input.BodiesFetched(fetch.peer(), 0));
        }
    }

    private void run(Mono<? extends Input> job, String what, Supplier<Input> otherwise) {
        jobs.tryEmitNext(job.cast(Input.class).onErrorResume(failure -> {
            LOG.debug("{} failed: {}", what, failure.toString());
            return Mono.fromSupplier(otherwise);
        }));
    }

    /** The peer's heads beyond ours. */
    private Mono<List<Ahead>> ahead(PeerId peer) {
        return log.heads().collectList().flatMap(heads -> {
            Map<IssuerId, LogHead> ours =
                    heads.stream().collect(Collectors.toMap(LogHead::issuer, Function.identity()));
            return FrontierDigest.of(Flux.fromIterable(heads))
                    .flatMapMany(digest -> pages(peer, digest))
                    .concatMapIterable(HeadsPage::heads)
                    .filter(head -> isAhead(peer, head, ours.get(head.issuer())))
                    .map(head -> new Ahead(head.issuer(), head.sequence()))
                    .take(SyncState.MAX_WANTS)
                    .collectList();
        });
    }

    private Flux<HeadsPage> pages(PeerId peer, Hash digest) {
        long asked = nanoTime.getAsLong();
        return client.ask(peer, new Request.Heads(digest))
                .map(HeadsPage::decode)
                .doOnNext(page -> page.timeMillis().ifPresent(millis -> heardClock(peer, millis, asked)));
    }

    private void heardClock(PeerId peer, long millis, long asked) {
        long answered = nanoTime.getAsLong();
        host.eventLoop().execute(() -> {
            if (state.isConnected(peer)) {
                clocks.heard(peer, millis, asked, answered);
            }
        });
    }

    private boolean isAhead(PeerId peer, Head theirs, @Nullable LogHead ours) {
        if (ours == null || theirs.sequence() > ours.sequence()) {
            return true;
        }
        boolean divergent =
                theirs.sequence() == ours.sequence() && !theirs.hash().equals(ours.hash());
        if (divergent && divergences.found(peer, theirs.issuer())) {
            LOG.warn(
                    "{} holds another event {} of {} than this node: the issuer seems to have forked its log. What is"
                            + " held here stays as it is; ask the issuer which of the two stands.",
                    peer,
                    theirs.sequence(),
                    theirs.issuer().did());
        }
        return false;
    }

    /** Pulls what follows our head. A peer that fails midway may have helped; our own failing database is an error. */
    private Mono<Input> pull(PeerId peer, IssuerId issuer) {
        return head(issuer)
                .flatMap(before -> client.ask(peer, new Request.Range(issuer, before + 1))
                        .map(RangePage::decode)
                        .onErrorResume(failure -> {
                            LOG.debug("{} gave up sending {}: {}", peer, issuer.did(), failure.toString());
                            return Flux.empty();
                        })
                        .concatMap(page -> applied(page, peer), 1)
                        .takeUntil(pulled -> stops(pulled, issuer, peer))
                        .then(head(issuer))
                        .map(head -> new Input.Pulled(peer, issuer, before, head)));
    }

    /** While there is too much to do, the page waits, and with it the peer. */
    private Mono<Pulled> applied(RangePage page, PeerId peer) {
        return intake.pulled(page.entries(), peer)
                .filter(pulled -> !(pulled instanceof Pulled.Overloaded))
                .repeatWhenEmpty(busy -> busy.take(MAX_BUSY_TRIES).delayElements(BUSY_PAUSE))
                .defaultIfEmpty(new Pulled.Overloaded());
    }

    private static boolean stops(Pulled pulled, IssuerId issuer, PeerId peer) {
        switch (pulled) {
            case Pulled.Applied applied -> {
                return false;
            }
            case Pulled.Conflict conflict ->
                LOG.warn(
                        "{} shows another history of {} than the one held here, at sequence {}: the issuer has"
                                + " forked its log",
                        peer,
                        issuer.did(),
                        conflict.sequence());
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
    private Mono<Integer> fetchBodies(PeerId peer) {
        return missingBodies(Optional.empty())
                .expand(page -> page.size() < Request.Bodies.MAX_PROFILE_IDS
                        ? Mono.empty()
                        : missingBodies(Optional.of(page.getLast())))
                .concatMapIterable(Sync::byIssuer)
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

    /** Tells the state of peers that speak the protocol. */
    private final class Peers implements PeerListener {

        @Override
        public void protocols(PeerId peer, Set<String> protocolIds) {
            if (protocolIds.contains(protocol)) {
                input(new Input.Connected(peer));
            }
        }

        @Override
        public void disconnected(PeerId peer) {
            input(new Input.Disconnected(peer));
        }
    }
}
