package dev.grapevine.node.credential;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the status lists of this node are for (Bitstring Status List section 2.1, statusPurpose). */
public enum StatusPurpose {
    /** Not reversible. */
    REVOCATION,
    /** Reversible. */
    SUSPENSION;

    /** The word that the specification has for it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for another word. */
    public static Optional<StatusPurpose> parse(String text) {
        return Arrays.stream(values())
                .filter(purpose -> purpose.text().equals(text))
                .findFirst();
    }
}
