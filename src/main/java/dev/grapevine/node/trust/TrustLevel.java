package dev.grapevine.node.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much an issuer counts on this node. In the order of lookups. */
public enum TrustLevel {
    /** Listed first, and admitted without quotas. */
    TRUSTED(0),
    /** Of whom nothing special is said. */
    KNOWN(1),
    /** Nothing is taken in or shown. */
    BLOCKED(2);

    private final int rank;

    TrustLevel(int rank) {
        this.rank = rank;
    }

    /** The name in JSON and in settings. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level of a name; empty if there is none. */
    public static Optional<TrustLevel> parse(String text) {
        return Arrays.stream(values())
                .filter(level -> level.text().equals(text))
                .findFirst();
    }

    /** The number in the database: {@code issuer_trust.level}, {@code issuers.trust}. */
    public int rank() {
        return rank;
    }

    /** The level of a number in the database. */
    public static TrustLevel of(int rank) {
        return Arrays.stream(values())
                .filter(level -> level.rank == rank)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no level has the number " + rank));
    }
}
