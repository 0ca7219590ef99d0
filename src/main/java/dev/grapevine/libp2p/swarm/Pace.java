package dev.grapevine.libp2p.swarm;

/** Lets a report through at once, and further ones at growing intervals. Pure: the time is given. */
final class Pace {

    /** From the first report to the second one at least; doubles with each further one. */
    static final long FIRST_INTERVAL_MILLIS = 10_000;

    /** Where the doubling ends. */
    static final long MAX_INTERVAL_MILLIS = 600_000;

    private long intervalMillis = FIRST_INTERVAL_MILLIS;
    private long nextMillis = Long.MIN_VALUE;

    /** Whether it is time for a report, which is then taken as made. */
    boolean isDue(long nowMillis) {
        if (nowMillis < nextMillis) {
            return false;
        }
        nextMillis = nowMillis + intervalMillis;
        intervalMillis = Math.min(2 * intervalMillis, MAX_INTERVAL_MILLIS);
        return true;
    }

    /** The next report is due at once. */
    void restart() {
        intervalMillis = FIRST_INTERVAL_MILLIS;
        nextMillis = Long.MIN_VALUE;
    }
}
