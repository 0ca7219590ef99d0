package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
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

    private final Map<IssuerId, OfIssuer> waiting = new HashMap<>();
    private int bytes;

    /** One issuer's runs, by the hash of their last event. */
    private static final class OfIssuer {
        private final Map<Hash, Received> runs = new HashMap<>();
        private int bytes;
    }

    /** Keeps a run. @return false if there is no room */
    boolean keep(Received received) {
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
        ofIssuer.runs.put(name, received);
        ofIssuer.bytes += size;
        bytes += size;
        return true;
    }

    /** Takes out the runs of an issuer that begin at or before a sequence, in order. */
    List<Received> take(IssuerId issuer, long upTo) {
        OfIssuer ofIssuer = waiting.get(issuer);
        if (ofIssuer == null) {
            return List.of();
        }
        List<Received> taken = ofIssuer.runs.values().stream()
                .filter(received -> received.run().first().sequence() <= upTo)
                .sorted(Comparator.comparingLong(
                        received -> received.run().first().sequence()))
                .toList();
        for (Received received : taken) {
            ofIssuer.runs.remove(received.run().last().hash());
            ofIssuer.bytes -= received.bytes();
            bytes -= received.bytes();
        }
        if (ofIssuer.runs.isEmpty()) {
            waiting.remove(issuer);
        }
        return taken;
    }

    /** How much waits; other threads may be told what was so a moment ago. */
    int bytes() {
        return bytes;
    }
}
