package dev.grapevine.node.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lists that were fetched and verified, each as long as it says and five minutes at most. A list that is older is never used, also where no
 * newer one is to be had. Safe for use by several threads.
 */
final class StatusListCache {

    /** A revocation is noticed after this time at the latest, whatever the list says of itself. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** Of all lists together; beyond, those go that were not asked for the longest. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    /** What a list costs beside its bits. */
    private static final int OVERHEAD_BYTES = 512;

    private record Kept(StatusList list, Instant until) {

        long bytes() {
            return list.bits().entries(Byte.SIZE) + OVERHEAD_BYTES;
        }
    }

    private final Map<String, Kept> byUrl = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** The list of a URL, if it may still be used. */
    synchronized Optional<StatusList> get(String url, Instant now) {
        Kept kept = byUrl.get(url);
        if (kept == null) {
            return Optional.empty();
        }
        if (!now.isBefore(kept.until)) {
            remove(url);
            return Optional.empty();
        }
        return Optional.of(kept.list);
    }

    synchronized void put(String url, StatusList list, Instant fetchedAt) {
        remove(url);
        Duration age =
                list.timeToLive().filter(ttl -> ttl.compareTo(MAX_AGE) < 0).orElse(MAX_AGE);
        Instant until = fetchedAt.plus(age);
        Instant end = list.validUntil();
        Kept kept = new Kept(list, end != null && end.isBefore(until) ? end : until);
        byUrl.put(url, kept);
        bytes += kept.bytes();
        while (bytes > MAX_BYTES) {
            remove(byUrl.keySet().iterator().next());
        }
    }

    private void remove(String url) {
        Kept kept = byUrl.remove(url);
        if (kept != null) {
            bytes -= kept.bytes();
        }
    }
}
