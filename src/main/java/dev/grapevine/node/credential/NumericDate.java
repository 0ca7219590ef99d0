package dev.grapevine.node.credential;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Times of JWTs: seconds since 1970 (RFC 7519 section 2). */
final class NumericDate {

    private NumericDate() {}

    /**
     * The time of a claim.
     *
     * @param problems takes what is wrong with it
     * @return null where there is none, or where it is no time
     */
    static @Nullable Instant of(ObjectNode claims, String claim, List<Problem> problems) {
        JsonNode value = claims.path(claim);
        if (value.isMissingNode()) {
            return null;
        }
        double seconds = value.isNumber() ? value.decimalValue().doubleValue() : Double.NaN;
        if (!(Math.abs(seconds) < Instant.MAX.getEpochSecond())) {
            problems.add(Problem.malformed(claim, "is not a time in seconds"));
            return null;
        }
        return Instant.ofEpochMilli((long) Math.floor(seconds * 1000));
    }
}
