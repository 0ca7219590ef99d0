package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one peer is known for: how fast it delivers, what it could not show, and whether it is left alone for a while. Pure. */
final class PeerRecord {

    /** Claims that came to nothing; beyond, the oldest is forgotten and tried again. */
    static final int MAX_REMEMBERED = 1_024;

    /** After that time a claim is tried again; after twice that if it then comes to nothing again, and so on. */
    static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    /** How often that time is doubled at most: after an outage, peers must not be passed over for long. */
    static final int MAX_DOUBLINGS = 2;

    /** So many claims in a row that came to nothing are a peer that makes them up. */
    static final int MAX_STRIKES = 8;

    /** How long a peer is left alone that made claims up, or sent what is refused. */
    static final Duration REST = Duration.ofMinutes(5);

    /** How long a slow peer is left for others. */
    static final Duration SLOW_FOR = Duration.ofMinutes(1);

    /** How much the newest range counts in the rate. */
    private static final double NEWEST = 0.3;

    private record Remembered(long sequence, Instant until, int times) {}

    private final Map<IssuerId, Remembered> remembered = new LinkedHashMap<>();
    private int strikes;
    private Instant restsUntil = Instant.MIN;
    private Instant slowUntil = Instant.MIN;
    private double eventsPerSecond;
    private int pulls;

    /** What it says of a log up to this sequence came to nothing, or is not wanted. */
    void remember(IssuerId issuer, long sequence, Instant now) {
        Remembered known = remembered.remove(issuer);
        int times = known != null && known.sequence == sequence ? Math.min(known.times + 1, MAX_DOUBLINGS) : 0;
        if (remembered.size() == MAX_REMEMBERED) {
            Iterator<IssuerId> oldest = remembered.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        remembered.put(issuer, new Remembered(sequence, now.plus(REMEMBERED_FOR.multipliedBy(1L << times)), times));
    }

    void forget(IssuerId issuer) {
        remembered.remove(issuer);
    }

    /** Whether to believe that it can show a log up to this sequence. */
    boolean isBelieved(IssuerId issuer, long sequence, Instant now) {
        Remembered known = remembered.get(issuer);
        return !isResting(now) && (known == null || sequence > known.sequence || !now.isBefore(known.until));
    }

    /** It was asked for what it had claimed, and sent nothing. */
    void sentNothing(Instant now) {
        strikes++;
        if (strikes >= MAX_STRIKES) {
            rest(now);
        }
    }

    /** It is left alone for a while. */
    void rest(Instant now) {
        strikes = 0;
        restsUntil = now.plus(REST);
    }

    /** It sent so many events in so long. */
    void sent(long events, Duration took) {
        strikes = 0;
        double rate = events / Math.max(1e-3, took.toNanos() / 1e9);
        eventsPerSecond = eventsPerSecond == 0 ? rate : NEWEST * rate + (1 - NEWEST) * eventsPerSecond;
    }

    void slow(Instant now) {
        slowUntil = now.plus(SLOW_FOR);
        eventsPerSecond = 0;
    }

    boolean isResting(Instant now) {
        return now.isBefore(restsUntil);
    }

    boolean isSlow(Instant now) {
        return now.isBefore(slowUntil);
    }

    /** How fast it has been of late; 0 if that is not known. */
    double eventsPerSecond() {
        return eventsPerSecond;
    }

    void pullStarted() {
        pulls++;
    }

    void pullEnded() {
        pulls--;
    }

    /** How many ranges it is being asked for. */
    int pulls() {
        return pulls;
    }

    /** How many claims are remembered. */
    int remembered() {
        return remembered.size();
    }
}
