package dev.grapevine.node.tracing;

import java.time.Clock;
import java.util.OptionalLong;

/**
 * How many lines the log gets of something that may happen a thousand times a second: some at once, and then one a second,
 * so that quiet times are told whole and busy ones do not fill the disk. Safe for use by several threads.
 */
public final class LineBudget {

    /** Lines that may come at once after a quiet time. */
    public static final int MAX_LINES_AT_ONCE = 20;

    /** After this there may be one line more. */
    public static final long MILLIS_PER_LINE = 1_000;

    private final Clock clock;
    private long lines = MAX_LINES_AT_ONCE;
    private long countedAtMillis;
    private long heldBack;

    public LineBudget(Clock clock) {
        this.clock = clock;
        this.countedAtMillis = clock.millis();
    }

    /**
     * Asks for a line.
     *
     * @return how many were held back since the line before; empty if this one is held back as well
     */
    public synchronized OptionalLong take() {
        long now = clock.millis();
        long more = (now - countedAtMillis) / MILLIS_PER_LINE;
        if (more < 0) {
            countedAtMillis = now; // the clock was set back
        } else {
            lines = Math.min(MAX_LINES_AT_ONCE, lines + more);
            countedAtMillis += more * MILLIS_PER_LINE;
        }
        if (lines == 0) {
            heldBack++;
            return OptionalLong.empty();
        }
        lines--;
        long others = heldBack;
        heldBack = 0;
        return OptionalLong.of(others);
    }

    /** What to say of them at the end of a line; empty for none. */
    public static String andOthers(long heldBack) {
        return heldBack == 0 ? "" : "; before it, " + heldBack + " more that only level debug shows";
    }
}
