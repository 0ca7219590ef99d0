package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.Swarm.PeerListener;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.HeadsPage;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
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

    /** Missing bodies are counted up to here; beyond, the registry is as little current as with fewer. */
    private static final int MAX_BODIES_COUNTED = 1_000;

    private final Libp2pHost host;
    private final String protocol;
    private final EventLog log;
    private final Intake intake;
    private final InstantSource clock;
    private final SyncState state;
    private final SyncClient client;
    private final Sinks.Many<Mono<Input>> jobs = Sinks.many().unicast().onBackpressureBuffer();
    private final Disposable.Swap work = Disposables.swap();
    private volatile Progress progress;
    private volatile long missingBodies;

    /**
     * How catch-up stands.
     *
     * @param behind the logs that are known to reach further than ours
     * @param missingBodies counted up to 1,000
     */
    record Progress(RegistryState.Snapshot registry, List<Ahead> behind, long missingBodies) {}

    Sync(Libp2pHost host, String protocol, EventLog log, Intake intake, InstantSource clock, RandomGenerator random) {
        this.host = host;
        this.protocol = protocol;
        this.log = log;
        this.intake = intake;
        this.clock = clock;
        this.state = new SyncState(random);
        this.client = new SyncClient(host, protocol);
        this.progress = new Progress(state.registry(clock.instant()), List.of(), 0);
    }

    void start() {
        host.handle(protocol, new SyncServer(log, host.eventLoop())::accept);
        host.addListener(new Peers());
        Flux<Input> gaps = intake.gaps().map(gap -> new Input.Gap(gap.heardFrom(), new Ahead(gap.issuer(), gap.to())));
        work.update(jobs.asFlux().flatMap(job -> job, MAX_JOBS).mergeWith(gaps).subscribe(this::input));
        host.eventLoop().execute(this::tick);
    }

    void stop() {
        work.dispose();
    }

    Progress progress() {
        return progress;
    }

    private void tick() {
        Mono<Input> counted = log.missingBodies(Optional.empty(), MAX_BODIES_COUNTED)
                .count()
                .doOnNext(count -> missingBodies = count)
                .map(Input.Tick::new);
        run(counted.delaySubscription(TICK), "Counting missing bodies", () -> new Input.Tick(missingBodies));
    }

    private void input(Input input) {
        host.eventLoop().execute(() -> {
            Instant now = clock.instant();
            state.handle(input, now).forEach(this::carryOut);
            progress = new Progress(state.registry(now), state.wanted(), missingBodies);
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
                        pull(pull.peer(), pull.issuer())
                                .map(head -> new Input.Pulled(pull.peer(), pull.issuer(), head)),
                        "Pulling " + pull.issuer().did() + " from " + pull.peer(),
                        () -> new Input.Pulled(pull.peer(), pull.issuer(), NOTHING));
            case Output.FetchBodies fetch ->
                run(
                        fetchBodies(fetch.peer(), Optional.empty())
                                .map(found -> new Input.BodiesFetched(fetch.peer(), found)),
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
            Map<IssuerId, Long> ours = heads.stream().collect(Collectors.toMap(LogHead::issuer, LogHead::sequence));
            return FrontierDigest.of(Flux.fromIterable(heads))
                    .flatMapMany(digest -> client.ask(peer, new Request.Heads(digest)))
                    .concatMapIterable(page -> HeadsPage.decode(page).heads())
                    .filter(head -> head.sequence() > ours.getOrDefault(head.issuer(), NOTHING))
                    .map(head -> new Ahead(head.issuer(), head.sequence()))
                    .take(SyncState.MAX_WANTS)
                    .collectList();
        });
    }

    /** Pulls what follows our head; answers with how far our log reaches then. */
    private Mono<Long> pull(PeerId peer, IssuerId issuer) {
        return head(issuer)
                .flatMapMany(head -> client.ask(peer, new Request.Range(issuer, head + 1)))
                .concatMap(page -> intake.pulled(RangePage.decode(page).entries(), peer), 1)
                .takeUntil(pulled -> stops(pulled, issuer, peer))
                .then(head(issuer));
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
    private Mono<Integer> fetchBodies(PeerId peer, Optional<MissingBody> after) {
        return log.missingBodies(after, Request.Bodies.MAX_PROFILE_IDS)
                .collectList()
                .flatMap(page -> page.isEmpty()
                        ? Mono.just(0)
                        : Flux.fromIterable(byIssuer(page))
                                .concatMap(request -> bodies(peer, request))
                                .reduce(0, Integer::sum)
                                .flatMap(found -> fetchBodies(peer, Optional.of(page.getLast()))
                                        .map(rest -> found + rest)));
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
