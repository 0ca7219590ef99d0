package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that wait for events before them, in memory and bounded. What finds no room is dropped: it is pulled with the
 * events that are missing. One thread at a time.
 */
final class Aside {

    static final int MAX_BYTES = 8 * 1024 * 1024;
    static final int MAX_ISSUER_BYTES = 512 * 1024;

    private final Map<IssuerId, List<Received>> waiting = new HashMap<>();
    private int bytes;

    /** Keeps a run. @return false if there is no room */
    boolean keep(Received received) {
        List<Received> ofIssuer = waiting.getOrDefault(received.run().issuer(), List.of());
        boolean known = ofIssuer.stream()
                .anyMatch(kept ->
                        kept.run().last().hash().equals(received.run().last().hash()));
        int size = received.bytes();
        int issuerBytes = ofIssuer.stream().mapToInt(Received::bytes).sum();
        if (known) {
            return true;
        }
        if (bytes + size > MAX_BYTES || issuerBytes + size > MAX_ISSUER_BYTES) {
            return false;
        }
        waiting.computeIfAbsent(received.run().issuer(), issuer -> new ArrayList<>())
                .add(received);
        bytes += size;
        return true;
    }

    /** Takes out the runs of an issuer that begin at or before a sequence, in order. */
    List<Received> take(IssuerId issuer, long upTo) {
        List<Received> ofIssuer = waiting.get(issuer);
        if (ofIssuer == null) {
            return List.of();
        }
        List<Received> taken = ofIssuer.stream()
                .filter(received -> received.run().first().sequence() <= upTo)
                .sorted(Comparator.comparingLong(
                        received -> received.run().first().sequence()))
                .toList();
        ofIssuer.removeAll(taken);
        if (ofIssuer.isEmpty()) {
            waiting.remove(issuer);
        }
        taken.forEach(received -> bytes -= received.bytes());
        return taken;
    }

    int bytes() {
        return bytes;
    }
}
