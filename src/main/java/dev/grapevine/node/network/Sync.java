package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.Swarm.PeerListener;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.Forks;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.PeerHeads;
import dev.grapevine.node.registry.PublicObjects;
import dev.grapevine.node.registry.RegistryState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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

    /** Missing bodies are counted up to here; beyond, the registry is as little current as with fewer. */
    private static final int MAX_BODIES_COUNTED = 1_000;

    private final Libp2pHost host;
    private final String protocol;
    private final EventLog log;
    private final Intake intake;
    private final InstantSource clock;
    private final SyncState state;
    private final SyncServer server;
    private final LongSupplier nanoTime;
    private final PeerClocks clocks = new PeerClocks();
    private final PeerAnswers answers;
    private final ForkExchange forkExchange;
    private final Disposable.Swap exchanging = Disposables.swap();
    private final Sinks.Many<Mono<Input>> jobs = Sinks.many().unicast().onBackpressureBuffer();
    private final Disposable.Swap work = Disposables.swap();
    private volatile Progress progress;
    private volatile long missingBodies;
    private long countedAt = -1; // before the first count
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
            PeerHeads peerHeads,
            PublicObjects objects,
            Forks forks,
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
        SyncClient client = new SyncClient(host, protocol);
        this.forkExchange = new ForkExchange(client, forks);
        this.answers = new PeerAnswers(client, log, intake, peerHeads, nanoTime, this::heardClock);
        this.server = new SyncServer(log, peerHeads, objects, forks, host.eventLoop(), clock);
        this.progress = new Progress(state.registry(clock.instant()), 0, 0, 0);
    }

    void start() {
        host.handle(protocol, server::accept);
        host.addListener(new Peers());
        Flux<Input> gaps = intake.gaps().map(gap -> new Input.Gap(gap.heardFrom(), new Ahead(gap.issuer(), gap.to())));
        Flux<Input> dropped = intake.dropped().map(Input.Dropped::new);
        work.update(Flux.merge(jobs.asFlux().flatMap(job -> job, MAX_JOBS), gaps, dropped)
                .subscribe(this::input));
        exchanging.update(forkExchange.follow(
                answers.divergences().found(), answers.divergences().suspected()));
        host.eventLoop().execute(this::tick);
    }

    void stop() {
        work.dispose();
        exchanging.dispose();
    }

    SyncServer server() {
        return server;
    }

    /** Peers' histories that are not ours. Hot. */
    Flux<Divergence> divergences() {
        return answers.divergences().found();
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
            progress = new Progress(
                    state.registry(now),
                    state.behind(),
                    missingBodies,
                    answers.divergences().count());
            if (input instanceof Input.Tick) {
                tick();
            }
        });
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Compare compare ->
                run(
                        answers.compare(compare.peer())
                                .map(compared -> new Input.Compared(compare.peer(), compared.ahead())),
                        "Comparing with " + compare.peer(),
                        () -> new Input.CompareFailed(compare.peer()));
            case Output.Pull pull ->
                run(
                        answers.pull(pull.peer(), pull.issuer()),
                        "Pulling " + pull.issuer().did() + " from " + pull.peer(),
                        () -> new Input.PullPostponed(pull.issuer()));
            case Output.FetchBodies fetch ->
                run(
                        answers.fetchBodies(fetch.peer()).map(found -> new Input.BodiesFetched(fetch.peer(), found)),
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

    private void heardClock(PeerId peer, long millis, long asked, long answered) {
        host.eventLoop().execute(() -> {
            if (state.isConnected(peer)) {
                clocks.heard(peer, millis, asked, answered);
            }
        });
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
