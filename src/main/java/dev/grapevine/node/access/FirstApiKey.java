package dev.grapevine.node.access;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Makes the node's first API key and shows it once, before the API opens. Only its hash is kept. */
@Component
class FirstApiKey implements SmartLifecycle {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApiKeys keys;
    private volatile boolean running;

    FirstApiKey(ApiKeys keys) {
        this.keys = keys;
    }

    /** Blocks: this is the main thread, and nothing may call the API before it has a key. */
    @Override
    public void start() {
        ApiKeys.Made first = keys.makeFirst().block(TIMEOUT);
        if (first != null) {
            // To the operator's screen, not to the log: logs are kept and shipped.
            System.out.printf("""

                    ==> API key: %s
                        Shown this once; keep it. Send it with every write as  Authorization: Bearer <key>
                        It may publish (issuer) and make further keys (operator): ./grapevine key --help

                    """, first.secret());
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Earlier than the web server (whose phase is near the maximum). */
    @Override
    public int getPhase() {
        return 0;
    }
}
