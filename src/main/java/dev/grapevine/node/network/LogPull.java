package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One log that is pulled: which of its ranges peers are asked for, which have come, and in what order they are applied. Pure.
 *
 * <p>Ranges are asked of several peers at once and applied one after the other: the next one is opened when all before it has
 * come. What a peer leaves out of its range is asked of another.
 */
final class LogPull {

    /** Events in one range: less than a megabyte as a rule, which a buffer takes in whole. */
    static final int RANGE_EVENTS = 1_024;

    /** Ranges of one log that are asked for or wait to be applied. */
    static final int MAX_RANGES = 6;

    /** Peers that are known to have more of a log; further ones are found again by the next comparison. */
    static final int MAX_SOURCES = 8;

    final IssuerId issuer;

    /** Whether the log waits for a peer to be asked. */
    boolean waiting;

    private long held;
    private long target;
    private long cursor;
    private Instant progressAt = Instant.MIN;
    private final SequencedMap<PeerId, Claim> sources = new LinkedHashMap<>();
    private final TreeMap<Long, Long> unasked = new TreeMap<>();
    private final TreeMap<Long, Range> ranges = new TreeMap<>();

    /**
     * What is known of a peer's log.
     *
     * @param said whether the peer itself has said so; otherwise it may have it
     */
    record Claim(long sequence, boolean said) {}

    /** A range that one peer is asked for, or has sent. */
    static final class Range {
        final long id;
        final PeerId peer;
        final IssuerId issuer;
        final long from;
        final long to;
        final Instant startedAt;
        long arrived;
        boolean opened;
        boolean ended;
        Instant progressAt;
        private Duration paused = Duration.ZERO;
        private @Nullable Instant pausedAt;

        private Range(long id, PeerId peer, IssuerId issuer, long from, long to, Instant now) {
            this.id = id;
            this.peer = peer;
            this.issuer = issuer;
            this.from = from;
            this.to = to;
            this.startedAt = now;
            this.progressAt = now;
            this.arrived = from - 1;
        }

        long events() {
            return arrived - from + 1;
        }

        /** We do not read on, or do so again. */
        void paused(boolean on, Instant now) {
            if (pausedAt != null) {
                paused = paused.plus(Duration.between(pausedAt, now));
            }
            pausedAt = on ? now : null;
            progressAt = now;
        }

        boolean isPaused() {
            return pausedAt != null;
        }

        /** How long the peer has had for it, without the time in which we did not read. */
        Duration took(Instant now) {
            Instant until = pausedAt == null ? now : pausedAt;
            return Duration.between(startedAt, until).minus(paused);
        }

        double eventsPerSecond(Instant now) {
            return events() / Math.max(1e-3, took(now).toNanos() / 1e9);
        }
    }

    LogPull(IssuerId issuer, long held) {
        this.issuer = issuer;
        this.held = held;
        this.target = held;
        this.cursor = held + 1;
    }

    /** A peer has more, or may have. */
    void want(long sequence, Map<PeerId, Claim> more) {
        if (sequence > target) {
            Map.Entry<Long, Long> last = unasked.lastEntry();
            boolean goesOn = last != null && last.getValue() == target;
            unasked.put(goesOn ? last.getKey() : target + 1, sequence);
            target = sequence;
        }
        more.forEach((peer, claim) -> {
            Claim known = sources.get(peer);
            if (known != null
                    ? claim.sequence >= known.sequence && (claim.said || !known.said)
                    : sources.size() < MAX_SOURCES) {
                sources.put(peer, claim);
            }
        });
    }

    long held() {
        return held;
    }

    /** The last sequence that is known to exist. */
    long target() {
        return target;
    }

    long toGo() {
        return target - held;
    }

    SequencedMap<PeerId, Claim> sources() {
        return sources;
    }

    Collection<Range> ranges() {
        return ranges.values();
    }

    boolean isIdle() {
        return ranges.isEmpty();
    }

    /** Whether everything that was asked for has come or not, and nothing has become of it for so long. */
    boolean isStuck(Duration time, Instant now) {
        return ranges.values().stream().allMatch(range -> range.ended)
                && progressAt.plus(time).isBefore(now);
    }

    /** The first sequence that somebody is to be asked for now; empty if there is none, or enough is under way. */
    Optional<Long> next() {
        return unasked.isEmpty() || ranges.size() >= MAX_RANGES ? Optional.empty() : Optional.of(unasked.firstKey());
    }

    /** Asks a peer for the first part that nobody is asked for. */
    Range ask(long id, PeerId peer, Instant now) {
        Map.Entry<Long, Long> first = unasked.pollFirstEntry();
        long from = first.getKey();
        long to = Math.min(first.getValue(), from + RANGE_EVENTS - 1);
        if (to < first.getValue()) {
            unasked.put(to + 1, first.getValue());
        }
        Range range = new Range(id, peer, issuer, from, to, now);
        ranges.put(from, range);
        return range;
    }

    /** The peer will send no more of a range. What is left of it, another may be asked for. */
    void ended(Range range, Instant now) {
        progressAt = now;
        range.ended = true;
        if (range.arrived < range.to) {
            unasked.put(range.arrived + 1, range.to);
        }
        if (range.opened) {
            cursor = Math.max(cursor, range.arrived + 1);
        }
        if (range.arrived < range.from || (range.opened && range.arrived <= held)) {
            ranges.remove(range.from, range);
        }
    }

    /** The ranges whose turn to be applied has come. */
    List<Range> open() {
        List<Range> opened = new ArrayList<>();
        for (Range range : ranges.values()) {
            if (range.opened) {
                if (!range.ended) {
                    break;
                }
                continue;
            }
            boolean hole = range.from > cursor || (!unasked.isEmpty() && unasked.firstKey() < range.from);
            if (hole) {
                break;
            }
            range.opened = true;
            opened.add(range);
            if (!range.ended) {
                break;
            }
            cursor = Math.max(cursor, range.arrived + 1);
        }
        return opened;
    }

    /** The log is held up to this sequence, by what was pulled or otherwise. @return whether nothing is left to pull */
    boolean applied(long head, Instant now) {
        progressAt = now;
        held = Math.max(held, head);
        ranges.values().removeIf(range -> range.opened && range.ended && range.arrived <= held);
        while (!unasked.isEmpty() && unasked.firstKey() <= held) {
            Map.Entry<Long, Long> first = unasked.pollFirstEntry();
            if (first.getValue() > held) {
                unasked.put(held + 1, first.getValue());
            }
        }
        cursor = Math.max(cursor, held + 1);
        return held >= target;
    }

    /** Begins anew after what is held. @return the ranges that are given up */
    List<Range> restart() {
        List<Range> givenUp = List.copyOf(ranges.values());
        ranges.clear();
        unasked.clear();
        if (held < target) {
            unasked.put(held + 1, target);
        }
        cursor = held + 1;
        return givenUp;
    }
}
