package dev.grapevine.libp2p.swarm;

import java.util.EnumMap;
import java.util.Map;

/** Counts for {@link SwarmCounters}; lives on the event loop. */
final class Tally {

    private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
    long failedDials;

    void refuse(Refusal reason) {
        refused.merge(reason, 1L, Long::sum);
    }

    /** What has been refused, of each reason. */
    Map<Refusal, Long> refused() {
        return new EnumMap<>(refused);
    }
}
