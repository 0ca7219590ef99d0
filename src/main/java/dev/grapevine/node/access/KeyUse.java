package dev.grapevine.node.access;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes down once a minute, and when the node stops, when keys were used last. No request waits for it. */
@Component
class KeyUse implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(KeyUse.class);

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ApiKeys keys;
    private volatile @Nullable Disposable saving;

    KeyUse(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public void start() {
        saving = Flux.interval(INTERVAL)
                .onBackpressureDrop()
                .concatMap(tick -> save())
                .subscribe();
    }

    /** Losing a minute of uses is no reason to fail. */
    private Mono<Void> save() {
        return keys.saveUses().onErrorResume(error -> {
            LOG.debug("The last use of keys could not be written down: {}", error.toString());
            return Mono.empty();
        });
    }

    @Override
    public void stop() {
        Disposable running = saving;
        if (running != null) {
            running.dispose();
            saving = null;
            save().toFuture()
                    .completeOnTimeout(null, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    @Override
    public boolean isRunning() {
        return saving != null;
    }

    /** Stops after the web server, whose phase is near the maximum. */
    @Override
    public int getPhase() {
        return 0;
    }
}
