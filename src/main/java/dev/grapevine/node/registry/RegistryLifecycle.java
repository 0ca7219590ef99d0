package dev.grapevine.node.registry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Before the node answers anybody, it knows the heads of all logs. */
final class RegistryLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryLifecycle.class);

    static final int PHASE = 0;

    private static final Duration EARLY_RETRY = Duration.ofSeconds(30);
    private static final Duration PRUNE = Duration.ofMinutes(1);

    /** How late the frontier may show what another instance has applied. */
    private static final Duration REFRESH = Duration.ofSeconds(2);

    /**
     * How long what an erased person's lookup was answered stays in memory where nobody looks anything up. The first
     * time at the start, so that no change waits for an instance that was killed.
     */
    private static final Duration FORGET = Duration.ofSeconds(10);

    private final FrontierRefresh frontier;
    private final GroupCommit commits;
    private final PostgresIntake intake;
    private final Changes changes;
    private final ChangeWatch watch;
    private final Lookups lookups;
    private final LogPeers logPeers;
    private volatile @Nullable Disposable background;

    RegistryLifecycle(
            FrontierRefresh frontier,
            GroupCommit commits,
            PostgresIntake intake,
            Changes changes,
            ChangeWatch watch,
            Lookups lookups,
            LogPeers logPeers) {
        this.frontier = frontier;
        this.commits = commits;
        this.intake = intake;
        this.changes = changes;
        this.watch = watch;
        this.lookups = lookups;
        this.logPeers = logPeers;
    }

    /** Runs on the thread that starts the node, which waits: without the heads nothing can be judged. */
    @Override
    public void start() {
        frontier.refresh().toFuture().join();
        background = Disposables.composite(
                intake.retryEarlyRuns(Flux.interval(EARLY_RETRY)),
                prune(Flux.interval(PRUNE)),
                forgetChanged(Flux.interval(Duration.ZERO, FORGET)),
                frontier.every(Flux.interval(REFRESH)),
                () -> watch.close().subscribe());
    }

    private Disposable forgetChanged(Flux<?> ticks) {
        return ticks.onBackpressureDrop()
                .concatMap(tick -> lookups.forgetChanged()
                        .doOnError(error -> LOG.debug("Changes could not be read: {}", error.toString()))
                        .onErrorComplete())
                .subscribe();
    }

    private Disposable prune(Flux<?> ticks) {
        return ticks.onBackpressureDrop()
                .concatMap(tick -> changes.prune()
                        .then(Mono.defer(commits::pruneRecords))
                        .then(Mono.defer(logPeers::prune))
                        .doOnError(error -> LOG.warn("Old rows could not be deleted: {}", error.toString()))
                        .onErrorComplete())
                .subscribe();
    }

    @Override
    public void stop() {
        Disposable running = background;
        if (running != null) {
            running.dispose();
            background = null;
        }
    }

    @Override
    public boolean isRunning() {
        return background != null;
    }

    /** Before the network and the web server. */
    @Override
    public int getPhase() {
        return PHASE;
    }
}
