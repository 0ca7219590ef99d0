package dev.grapevine.node.registry;

import java.time.Duration;

/** This node's clock is too far off its peers' to sign with; nothing was done. */
public final class ClockOffException extends RuntimeException {

    /** @param ahead of the peers' clocks; negative where it is behind */
    public ClockOffException(Duration ahead) {
        super("this node's clock is " + Math.abs(ahead.toSeconds()) + " s "
                + (ahead.isNegative() ? "behind" : "ahead of") + " the median of its peers' clocks");
    }
}
