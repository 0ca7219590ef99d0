package dev.grapevine.node.registry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Before the node answers anybody: knows the heads of all logs, and its own issuer's log has begun. */
final class RegistryLifecycle implements SmartLifecycle {

    private static final Duration EARLY_RETRY = Duration.ofSeconds(30);

    private final PostgresEventLog log;
    private final Frontier frontier;
    private final GroupCommit commits;
    private final PostgresIntake intake;
    private volatile @Nullable Disposable retries;

    RegistryLifecycle(PostgresEventLog log, Frontier frontier, GroupCommit commits, PostgresIntake intake) {
        this.log = log;
        this.frontier = frontier;
        this.commits = commits;
        this.intake = intake;
    }

    /** Runs on the thread that starts the node, which waits: without the heads nothing can be judged. */
    @Override
    public void start() {
        log.heads()
                .doOnNext(frontier::advanced)
                .then(commits.describe())
                .toFuture()
                .join();
        retries = intake.retryEarlyRuns(Flux.interval(EARLY_RETRY));
    }

    @Override
    public void stop() {
        Disposable running = retries;
        if (running != null) {
            running.dispose();
            retries = null;
        }
    }

    @Override
    public boolean isRunning() {
        return retries != null;
    }

    /** Before the network and the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
