package dev.grapevine.libp2p.swarm;

import java.util.Map;

/**
 * What a swarm holds, and has turned away since it started.
 *
 * @param connections open now
 * @param unsentBytes what waits for peers' flow control
 * @param refused connections, handshakes, streams and bytes that were turned away; no entry where there were none
 * @param failedDials rounds through all addresses of a configured peer without success
 */
public record SwarmCounters(int connections, long unsentBytes, Map<Refusal, Long> refused, long failedDials) {

    public SwarmCounters {
        refused = Map.copyOf(refused);
    }

    /** How often this was the reason. */
    public long refused(Refusal reason) {
        return refused.getOrDefault(reason, 0L);
    }
}
