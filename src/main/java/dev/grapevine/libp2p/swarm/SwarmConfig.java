package dev.grapevine.libp2p.swarm;

/**
 * Limits and times of a swarm.
 *
 * @param limits how much of this host others may use
 * @param negotiationMillis how long opening a stream and agreeing on its protocol may take
 * @param dialMillis how long resolving a name, and dialling one address, may take
 * @param firstBackOffMillis after the first failure to reach a configured peer; doubles with each further one
 * @param maxBackOffMillis where the doubling ends
 */
public record SwarmConfig(
        ResourceLimits limits,
        long negotiationMillis,
        long dialMillis,
        long firstBackOffMillis,
        long maxBackOffMillis) {

    public SwarmConfig {
        if (negotiationMillis < 1
                || dialMillis < 1
                || firstBackOffMillis < 1
                || maxBackOffMillis < firstBackOffMillis) {
            throw new IllegalArgumentException("times must be positive, and the longest back-off not below the first");
        }
    }

    /** Values that leave room for a busy peer and little for a hostile one. */
    public static SwarmConfig defaults() {
        return new SwarmConfig(ResourceLimits.defaults(), 10_000, 5_000, 500, 30_000);
    }

    /** The same with other limits. */
    public SwarmConfig withLimits(ResourceLimits other) {
        return new SwarmConfig(other, negotiationMillis, dialMillis, firstBackOffMillis, maxBackOffMillis);
    }
}
