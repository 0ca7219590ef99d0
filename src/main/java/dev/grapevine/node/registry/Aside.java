package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that wait for events before them, in memory and bounded. What finds no room is dropped: it is pulled with the
 * events that are missing. So is what has waited for long: it may have come in on another way, and its person been erased since.
 * Safe for use by several threads.
 */
final class Aside {

    static final int MAX_BYTES = 8 * 1024 * 1024;
    static final int MAX_ISSUER_BYTES = 512 * 1024;

    /** For how long a run waits at least; soon after, it is dropped. */
    static final Duration MAX_AGE = Duration.ofMinutes(10);

    private final Map<IssuerId, OfIssuer> waiting = new HashMap<>();
    private int bytes;

    /** One issuer's runs, by the hash of their last event. */
    private static final class OfIssuer {
        private final Map<Hash, Kept> runs = new HashMap<>();
        private int bytes;
    }

    private record Kept(Received received, Instant since) {}

    /** Keeps a run. @return false if there is no room */
    synchronized boolean keep(Received received, Instant now) {
        OfIssuer ofIssuer = waiting.computeIfAbsent(received.run().issuer(), issuer -> new OfIssuer());
        Hash name = received.run().last().hash();
        int size = received.bytes();
        if (ofIssuer.runs.containsKey(name)) {
            return true;
        }
        if (bytes + size > MAX_BYTES || ofIssuer.bytes + size > MAX_ISSUER_BYTES) {
            if (ofIssuer.runs.isEmpty()) {
                waiting.remove(received.run().issuer());
            }
            return false;
        }
        ofIssuer.runs.put(name, new Kept(received, now));
        ofIssuer.bytes += size;
        bytes += size;
        return true;
    }

    /** Takes out the runs of an issuer that begin at or before a sequence, in order. */
    synchronized List<Received> take(IssuerId issuer, long upTo) {
        OfIssuer ofIssuer = waiting.get(issuer);
        if (ofIssuer == null) {
            return List.of();
        }
        List<Received> taken = ofIssuer.runs.values().stream()
                .map(Kept::received)
                .filter(received -> received.run().first().sequence() <= upTo)
                .sorted(Comparator.comparingLong(
                        received -> received.run().first().sequence()))
                .toList();
        taken.forEach(received -> remove(issuer, ofIssuer, received));
        return taken;
    }

    /** Drops what has waited for longer than {@link #MAX_AGE}. */
    synchronized void expire(Instant now) {
        Instant oldest = now.minus(MAX_AGE);
        for (IssuerId issuer : List.copyOf(waiting.keySet())) {
            OfIssuer ofIssuer = waiting.get(issuer);
            if (ofIssuer != null) {
                List.copyOf(ofIssuer.runs.values()).stream()
                        .filter(kept -> kept.since.isBefore(oldest))
                        .forEach(kept -> remove(issuer, ofIssuer, kept.received));
            }
        }
    }

    private void remove(IssuerId issuer, OfIssuer ofIssuer, Received received) {
        ofIssuer.runs.remove(received.run().last().hash());
        ofIssuer.bytes -= received.bytes();
        bytes -= received.bytes();
        if (ofIssuer.runs.isEmpty()) {
            waiting.remove(issuer);
        }
    }

    /** How much waits. */
    synchronized int bytes() {
        return bytes;
    }
}
