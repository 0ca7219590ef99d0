package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.Swarm.PeerListener;
import dev.grapevine.node.identity.IssuerId;
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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Catch-up at work: feeds {@link SyncState} on the host's event loop and carries out what it decides. */
final class Sync {

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** More than {@link SyncState} ever has under way: logs, a comparison for each peer, bodies, the tick. */
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
    private final Instant started;
    private final long startedNanos;
    private final PeerClocks clocks = new PeerClocks();
    private final SyncTraffic traffic = new SyncTraffic();
    private final PeerAnswers answers;
    private final Flux<IssuerId> spreading;
    private final ForkExchange forkExchange;
    private final Disposable.Swap exchanging = Disposables.swap();
    private final PulledLogs pulled;
    private final CatchUpMeter meter = new CatchUpMeter();
    private final Sinks.Many<Flux<Input>> jobs = Sinks.many().unicast().onBackpressureBuffer();
    private final Disposable.Swap work = Disposables.swap();
    private volatile Progress progress;
    private volatile long missingBodies;
    private long countedAt = -1; // before the first count
    private Instant countAgain = Instant.MIN;
    private volatile Optional<Comparison> compared = Optional.empty();

    /** When a frontier was last compared with a peer's: by the clock, and by one that is never set. */
    private record Comparison(Instant at, long nanos) {}

    /**
     * How catch-up stands.
     *
     * @param behind how many logs are known to reach further than ours
     * @param eventsToGo events that are known to exist and are not held
     * @param eventsApplied events that were pulled and applied since the start
     * @param eventsPerSecond over the last seconds
     * @param remaining at this pace; empty if nothing is to go, or that cannot be said
     * @param waitingBytes of what was pulled and waits for the registry
     * @param missingBodies counted up to 1,000
     * @param divergences heads that peers had in place of ours
     */
    record Progress(
            RegistryState.Snapshot registry,
            int behind,
            long eventsToGo,
            long eventsApplied,
            double eventsPerSecond,
            Optional<Duration> remaining,
            long waitingBytes,
            long missingBodies,
            long divergences) {}

    /**
     * One log that is behind.
     *
     * @param held the last sequence that we hold; -1 for none
     * @param known the last sequence known to exist
     * @param from the peers that are being asked for it
     */
    record LogProgress(IssuerId issuer, long held, long known, List<PeerId> from) {}

    /** @param spreading issuers of whom there is news of which only comparisons tell how far it has come */
    Sync(
            Libp2pHost host,
            String protocol,
            EventLog log,
            Intake intake,
            PeerHeads peerHeads,
            PublicObjects objects,
            Forks forks,
            Flux<IssuerId> spreading,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.host = host;
        this.protocol = protocol;
        this.log = log;
        this.intake = intake;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.started = clock.instant();
        this.startedNanos = nanoTime.getAsLong();
        this.state = new SyncState(random);
        SyncClient client = new SyncClient(host, protocol, traffic);
        this.spreading = spreading;
        this.forkExchange = new ForkExchange(client, forks);
        this.answers = new PeerAnswers(client, traffic, log, intake, peerHeads, nanoTime, this::heardClock);
        this.pulled = new PulledLogs(
                client,
                intake,
                answers.divergences(),
                Schedulers.fromExecutorService(host.eventLoop()),
                this::input,
                jobs::tryEmitNext);
        this.server = new SyncServer(log, peerHeads, objects, forks, host.eventLoop(), clock);
        this.progress = progress(started);
    }

    void start() {
        host.handle(protocol, server::accept);
        host.addListener(new Peers());
        Flux<Input> gaps = intake.gaps()
                .map(gap -> new Input.Gap(gap.heardFrom(), new Ahead(gap.issuer(), gap.from() - 1, gap.to())));
        Flux<Input> dropped = intake.dropped().map(Input.Dropped::new);
        Flux<Input> watched = spreading.map(Input.Spreading::new);
        work.update(Flux.merge(jobs.asFlux().flatMap(job -> job, MAX_JOBS), gaps, dropped, watched)
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

    /** How long ago the frontier was compared with a peer's; empty if it never was. */
    Optional<Duration> comparedAge() {
        return compared.map(last -> Duration.ofNanos(nanoTime.getAsLong() - last.nanos));
    }

    SyncTraffic traffic() {
        return traffic;
    }

    PullFaults faults() {
        return state.pulls().faults();
    }

    /** Peers' histories that are not ours. Hot. */
    Flux<Divergence> divergences() {
        return answers.divergences().found();
    }

    Progress progress() {
        return progress;
    }

    /** The logs that are behind: those that are being pulled first, at most so many. */
    Mono<List<LogProgress>> logsBehind(int limit) {
        return Mono.fromCompletionStage(() -> CompletableFuture.supplyAsync(
                () -> Stream.concat(state.pulls().active().stream(), state.pulls().logs().stream())
                        .distinct()
                        .limit(limit)
                        .map(Sync::progress)
                        .toList(),
                host.eventLoop()));
    }

    /** Whether an issuer's log is known to reach further than ours, or a comparison that may show it is under way. */
    Mono<Boolean> mayBeBehind(IssuerId issuer) {
        return Mono.fromCompletionStage(() -> CompletableFuture.supplyAsync(
                () -> state.isComparing() || state.pulls().isBehind(issuer), host.eventLoop()));
    }

    private static LogProgress progress(LogPull log) {
        List<PeerId> from = log.ranges().stream()
                .filter(range -> !range.ended)
                .map(range -> range.peer)
                .distinct()
                .toList();
        return new LogProgress(log.issuer, log.held(), log.target(), from);
    }

    /** Goes on as time does, whatever becomes of the clock: whether it is time for something must not depend on somebody setting it. */
    private Instant now() {
        return started.plusNanos(nanoTime.getAsLong() - startedNanos);
    }

    private Progress progress(Instant now) {
        Pulls pulls = state.pulls();
        return new Progress(
                new RegistryState.Snapshot(state.registry(now).completeness(), compared.map(Comparison::at)),
                pulls.behind(),
                pulls.eventsToGo(),
                pulls.eventsApplied(),
                meter.eventsPerSecond(),
                meter.remaining(),
                pulled.bytes(),
                missingBodies,
                answers.divergences().count());
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
        Instant now = now();
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
            Instant now = now();
            if (input instanceof Input.Compared) {
                compared = Optional.of(new Comparison(clock.instant(), nanoTime.getAsLong()));
            }
            state.handle(input, now).forEach(this::carryOut);
            if (input instanceof Input.Disconnected gone) {
                clocks.forget(gone.peer());
            }
            progress = progress(now);
            if (input instanceof Input.Tick) {
                meter.look(now, progress.eventsApplied(), progress.eventsToGo(), progress.behind())
                        .ifPresent(LOG::info);
                tick();
            }
        });
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Compare compare ->
                run(
                        compare(compare.peer()),
                        "Comparing with " + compare.peer(),
                        () -> new Input.CompareFailed(compare.peer()));
            case Output.Pull pull -> pulled.pull(pull);
            case Output.Open open -> pulled.open(open.range());
            case Output.Cancel cancel -> pulled.cancel(cancel.range());
            case Output.Close close -> pulled.close(close.issuer());
            case Output.FetchBodies fetch ->
                run(
                        answers.fetchBodies(fetch.peer()).map(found -> new Input.BodiesFetched(fetch.peer(), found)),
                        "Fetching bodies from " + fetch.peer(),
                        () -> new Input.BodiesFetched(fetch.peer(), 0));
        }
    }

    private Mono<Input> compare(PeerId peer) {
        return Mono.defer(() -> {
                    long begin = nanoTime.getAsLong();
                    return answers.compare(peer)
                            .doOnNext(done -> traffic.compared(Duration.ofNanos(nanoTime.getAsLong() - begin)));
                })
                .doOnError(failure -> traffic.comparisonFailed())
                .map(compared -> new Input.Compared(peer, wanted(compared.ahead())));
    }

    /** What would be declined is not asked for, and does not make the registry look incomplete. */
    private List<Ahead> wanted(Collection<Ahead> aheads) {
        return aheads.stream().filter(ahead -> intake.admits(ahead.issuer())).toList();
    }

    private void run(Mono<? extends Input> job, String what, Supplier<Input> otherwise) {
        jobs.tryEmitNext(job.cast(Input.class)
                .onErrorResume(failure -> {
                    LOG.debug("{} failed: {}", what, failure.toString());
                    return Mono.fromSupplier(otherwise);
                })
                .flux());
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
