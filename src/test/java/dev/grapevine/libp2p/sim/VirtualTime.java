package dev.grapevine.libp2p.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that moves only when told to, and what is to happen on it. Events of one moment happen in order of asking. */
public final class VirtualTime {

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long asked;

    private record Event(long at, long number, Runnable action) {}

    /** Milliseconds since the simulation began. */
    public long now() {
        return now;
    }

    /** Has something happen after a delay in milliseconds. */
    public void after(long delayMillis, Runnable action) {
        events.add(new Event(now + delayMillis, asked++, action));
    }

    /** Lets time pass, and everything happen that is due until then, its consequences included. */
    public void pass(long millis) {
        long end = now + millis;
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.remove();
            now = next.at;
            next.action.run();
        }
        now = end;
    }
}
