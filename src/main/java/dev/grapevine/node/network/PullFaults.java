package dev.grapevine.node.network;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often what peers were asked for came to nothing. One thread counts, any may ask. */
final class PullFaults {

    private final Map<Fault, LongAdder> counts = new EnumMap<>(Fault.class);

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

    PullFaults() {
        for (Fault fault : Fault.values()) {
            counts.put(fault, new LongAdder());
        }
    }

    void count(Fault fault) {
        counter(fault).increment();
    }

    long of(Fault fault) {
        return counter(fault).sum();
    }

    private LongAdder counter(Fault fault) {
        LongAdder counter = counts.get(fault);
        if (counter == null) {
            throw new IllegalStateException("no count of " + fault);
        }
        return counter;
    }
}
