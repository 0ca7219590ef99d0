package dev.grapevine.node.network;

import java.util.Locale;

/** How often what peers were asked for came to nothing. One thread counts, any may ask. */
final class PullFaults {

    private final Counts<Fault> counts = new Counts<>(Fault.class);

    /** What was wrong with it. */
    enum Fault {
        /** It was malformed, forged, or not what was asked for. */
        REFUSED,
        /** The peer had claimed it, and sent nothing. */
        NOTHING,
        /** The peer stalled, was much slower than others, or did not come to an end: it was cut off. */
        SLOW,
        /** It was not of the history that is held, or of an issuer of whom no more is taken in. */
        DECLINED,
        /** It was too far ahead of the clock. */
        EARLY;

        /** The name in metrics. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void count(Fault fault) {
        counts.add(fault, 1);
    }

    long of(Fault fault) {
        return counts.of(fault);
    }
}
