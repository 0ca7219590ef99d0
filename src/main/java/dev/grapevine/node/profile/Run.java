package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import java.util.List;
import java.util.Optional;

/**
 * Events of one issuer that follow one another: sequences without a hole, each naming the hash of the one before, time
 * never going back. That the issuer signed them is another matter: see {@link RunVerifier}.
 */
public final class Run {

    private final List<SignedEvent> events;

    private Run(List<SignedEvent> events) {
        this.events = events;
    }

    /**
     * Checks that events make a run.
     *
     * @throws MalformedException where they do not, where there is none, or where their envelopes have more than
     *     {@link ProfileLimits#MAX_RUN_BYTES} in all
     */
    public static Run of(List<SignedEvent> events) {
        if (events.isEmpty()) {
            throw new MalformedException("a run without events");
        }
        int bytes = events.getFirst().encoded().length;
        for (int i = 1; i < events.size(); i++) {
            checkFollows(events.get(i - 1), events.get(i));
            bytes += events.get(i).encoded().length;
            if (bytes > ProfileLimits.MAX_RUN_BYTES) {
                throw new MalformedException("a run longer than " + ProfileLimits.MAX_RUN_BYTES + " bytes");
            }
        }
        return new Run(List.copyOf(events));
    }

    private static void checkFollows(SignedEvent before, SignedEvent event) {
        if (!event.issuer().equals(before.issuer())) {
            throw new MalformedException("a run of two issuers");
        }
        if (event.sequence() != before.sequence() + 1) {
            throw new MalformedException("sequence " + event.sequence() + " after " + before.sequence());
        }
        if (!event.event().previous().equals(Optional.of(before.hash()))) {
            throw new MalformedException("event " + event.sequence() + " names another event before it");
        }
        if (event.event().occurredAtMillis() < before.event().occurredAtMillis()) {
            throw new MalformedException("event " + event.sequence() + " occurred before the one before it");
        }
    }

    public List<SignedEvent> events() {
        return events;
    }

    public IssuerId issuer() {
        return events.getFirst().issuer();
    }

    public SignedEvent first() {
        return events.getFirst();
    }

    public SignedEvent last() {
        return events.getLast();
    }

    public int size() {
        return events.size();
    }

    /** The hash of the event at a sequence, which the run has, or names as the one before its first. */
    Optional<Hash> hashAt(long sequence) {
        int index = Math.toIntExact(sequence - first().sequence());
        return index < 0
                ? first().event().previous()
                : Optional.of(events.get(index).hash());
    }

    /** What is left of the run after a sequence inside it. */
    Run after(long sequence) {
        int skipped = Math.toIntExact(sequence + 1 - first().sequence());
        return skipped == 0 ? this : new Run(events.subList(skipped, events.size()));
    }

    /** The part that is not more than {@link ProfileLimits#MAX_AHEAD} ahead of the clock; empty if all is. */
    Optional<Run> ready(long nowMillis) {
        long latest = nowMillis + ProfileLimits.MAX_AHEAD.toMillis();
        int ready = events.size();
        while (ready > 0 && events.get(ready - 1).event().occurredAtMillis() > latest) {
            ready--;
        }
        return ready == 0 ? Optional.empty() : Optional.of(ready == size() ? this : new Run(events.subList(0, ready)));
    }

    boolean rotatesKey() {
        return events.stream().anyMatch(event -> event.event().change() instanceof Change.KeyRotated);
    }

    @Override
    public String toString() {
        return "events " + first().sequence() + " to " + last().sequence() + " of " + issuer().did();
    }
}
