package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.HashMap;
import java.util.Map;

/** How many requests each peer may make: a burst, and then so many a second. */
final class Rates {

    static final int BURST = 200;
    static final int PER_SECOND = 20;

    private static final double MILLIS_PER_SECOND = 1_000;

    private final Map<PeerId, Budget> budgets = new HashMap<>();

    private record Budget(double left, long atMillis) {

        double leftAt(long now) {
            return Math.min(BURST, left + PER_SECOND * (now - atMillis) / MILLIS_PER_SECOND);
        }
    }

    /** Takes one request from the peer's budget. @return false where nothing is left */
    boolean take(PeerId peer, long now) {
        double left = budgets.getOrDefault(peer, new Budget(BURST, now)).leftAt(now);
        boolean enough = left >= 1;
        budgets.put(peer, new Budget(enough ? left - 1 : left, now));
        return enough;
    }

    /** Forgets those whose budget is full again. */
    void expire(long now) {
        budgets.values().removeIf(budget -> budget.leftAt(now) >= BURST);
    }
}
