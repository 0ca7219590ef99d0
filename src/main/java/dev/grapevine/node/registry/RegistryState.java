package dev.grapevine.node.registry;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** How current the registry is (design §4, "Catch-up"): a port that the network module implements. */
public interface RegistryState {

    /** How current, and since which comparison. */
    Snapshot now();

    /** What lookups answer with. */
    enum Completeness {
        /** The frontier was compared with a peer within the last two minutes, and nothing is missing. */
        CURRENT,
        /** Something is missing, or the last comparison is too old. */
        CATCHING_UP,
        /** There is no peer. */
        ISOLATED;

        /** The name in JSON: {@code current}, {@code catching-up}, {@code isolated}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param comparedAt when the frontier was last compared with a peer's; empty if never */
    record Snapshot(Completeness completeness, Optional<Instant> comparedAt) {}
}
