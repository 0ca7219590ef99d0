package dev.grapevine.node.trust;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.start.StartProblem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes what settings say into the database at the start, and follows from then on what instances on it say and take in. */
final class TrustLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(TrustLifecycle.class);

    /** Before the registry's. */
    static final int PHASE = -1;

    /** How late this instance may hear of what another one was told. */
    private static final Duration REFRESH = Duration.ofSeconds(2);

    /** How long several instances may each take in what is left of a quota. */
    private static final Duration COUNT = Duration.ofSeconds(10);

    private final Trust trust;
    private final Admission admission;
    private final TrustStore store;
    private final Map<IssuerId, TrustLevel> settings;
    private volatile @Nullable Disposable background;

    /** @throws StartProblem where the settings block the node's own issuer */
    TrustLifecycle(
            Trust trust, Admission admission, TrustStore store, Map<IssuerId, TrustLevel> settings, IssuerId own) {
        this.trust = trust;
        this.admission = admission;
        this.store = store;
        this.settings = new HashMap<>(settings);
        if (this.settings.put(own, TrustLevel.TRUSTED) == TrustLevel.BLOCKED) {
            throw new StartProblem(
                    "grapevine.trust.blocked names this node's own issuer, " + own.did() + ".",
                    "Take it out: a node trusts its own issuer.");
        }
    }

    /** Runs on the thread that starts the node, which waits: nothing of a blocked issuer is shown or taken in. */
    @Override
    public void start() {
        store.configure(settings)
                .then(trust.refresh())
                .then(admission.refresh(store))
                .toFuture()
                .join();
        background = Disposables.composite(every(REFRESH, trust.refresh()), every(COUNT, admission.refresh(store)));
    }

    private static Disposable every(Duration time, Mono<Void> work) {
        return Flux.interval(time)
                .onBackpressureDrop()
                .concatMap(tick -> work.doOnError(error -> LOG.debug("Trust could not be read: {}", error.toString()))
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

    @Override
    public int getPhase() {
        return PHASE;
    }
}
