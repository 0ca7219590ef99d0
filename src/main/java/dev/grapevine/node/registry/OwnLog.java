package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.profile.LogEntry;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Keeps the node from signing over what it has forgotten. A database that was restored from an old backup lacks the end of the
 * issuer's log; the next event would fork it. So the node first asks its peers for its own head, and fetches what they have
 * (design §4, "Forks"). Until then, what is to be published waits in the publisher's queue.
 */
final class OwnLog implements SmartLifecycle {

    /** How long a node without peers waits for one before it signs. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long the node fetches its own log from peers before it signs all the same: a claim may never come true. */
    static final Duration LONGEST_FETCH = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(OwnLog.class);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration SLOWEST_RETRY = Duration.ofSeconds(10);

    private final IssuerIdentity issuer;
    private final Frontier frontier;
    private final GroupCommit commits;
    private final Supplier<OwnLogCheck> check;
    private final Consumer<List<LogEntry>> appended;
    private final Scheduler time;
    private final Sinks.Empty<Void> known = Sinks.empty();
    private volatile @Nullable Disposable waiting;

    /**
     * @param check asked for when the node starts
     * @param appended is given what is added to the log at the start, for peers that compared before
     * @param time tells when patience ends
     */
    OwnLog(
            IssuerIdentity issuer,
            Frontier frontier,
            GroupCommit commits,
            Supplier<OwnLogCheck> check,
            Consumer<List<LogEntry>> appended,
            Scheduler time) {
        this.issuer = issuer;
        this.frontier = frontier;
        this.commits = commits;
        this.check = check;
        this.appended = appended;
        this.time = time;
    }

    /** Completes when the node may add to its log. */
    Mono<Void> known() {
        return known.asMono();
    }

    /** With nobody to ask, and for a new issuer, the log begins on the thread that starts the node; otherwise in the background. */
    @Override
    public void start() {
        commits.checkKey(frontier.head(issuer.id()));
        OwnLogCheck peers = check.get();
        if (issuer.isNew() || isAlone(peers)) {
            describe().toFuture().join();
            known.tryEmitEmpty();
            waiting = () -> {};
            return;
        }
        Mono<Void> fetched = Mono.defer(peers::fetched).timeout(LONGEST_FETCH, Mono.fromRunnable(OwnLog::warn), time);
        waiting = Mono.defer(peers::compared)
                .thenReturn(true)
                .timeout(PATIENCE, Mono.fromRunnable(OwnLog::warn), time)
                .flatMap(compared -> fetched)
                .then(Mono.defer(this::describe)
                        .doOnError(failure -> LOG.warn("The issuer's log cannot be begun yet: {}", failure.toString()))
                        .retryWhen(Retry.backoff(Long.MAX_VALUE, RETRY).maxBackoff(SLOWEST_RETRY)))
                .subscribe(done -> {}, failure -> LOG.error("The node does not sign", failure), known::tryEmitEmpty);
    }

    private boolean isAlone(OwnLogCheck peers) {
        return !peers.hasPeers()
                && frontier.heads().stream().allMatch(head -> head.issuer().equals(issuer.id()));
    }

    /** Without the key in force each request is refused and told why, until the key or the log is there. */
    private Mono<Void> describe() {
        return commits.describe(appended).onErrorResume(IssuerKeyException.class, missing -> {
            LOG.warn("This node publishes nothing for now. {} {}", missing.getMessage(), missing.remedy());
            return Mono.empty();
        });
    }

    private static void warn() {
        LOG.warn("No peer could tell in time how far this issuer's log goes; the node signs on after what its database"
                + " has. If that was restored from an older backup, and others have more, the log is forked now:"
                + " stop the node, connect it to its peers (GRAPEVINE_P2P_BOOTSTRAP), and start it again.");
    }

    @Override
    public void stop() {
        Disposable running = waiting;
        if (running != null) {
            running.dispose();
            waiting = null;
        }
    }

    @Override
    public boolean isRunning() {
        return waiting != null;
    }

    /** After the heads are known and what the start was told to restore is there, before the network. */
    @Override
    public int getPhase() {
        return OwnLogCheck.PHASE;
    }
}
