package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.LogPull.Claim;
import dev.grapevine.node.network.LogPull.Range;
import dev.grapevine.node.network.PullFaults.Fault;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From whom to pull which part of which log: the part of {@link SyncState} that shares the work out. Pure.
 *
 * <p>Several logs are pulled at once, and ranges of one log from several peers. A peer that is slow, that cannot show what
 * it claims, or that sends what is refused is left for another; what it could not show is remembered, so that it is not asked for
 * the same for ever. All of that is bounded.
 */
final class Pulls {

    /** Ranges that are asked for at once. */
    static final int MAX_PULLS = 16;

    /** Ranges that are asked for or have come and are not applied yet: what bounds the memory that they take. */
    static final int MAX_RANGES = 24;

    /** Of these from one peer; it answers twice as many. */
    static final int MAX_PULLS_PER_PEER = 4;

    /** Peers of which something is remembered, connected or not; beyond, the one that was met first is forgotten. */
    static final int MAX_RECORDS = 512;

    /** When a database that has failed is tried again. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** A peer that sends no further frame for so long, while we read, is left for another. */
    static final Duration STALLED = Duration.ofSeconds(15);

    /** The longest that a range may take, without the time in which we do not read. */
    static final Duration RANGE_TIMEOUT = Duration.ofSeconds(20);

    /** A peer is slow that sends so many times slower than another one has of late. */
    static final int MUCH_SLOWER = 8;

    /** Nobody is called slow sooner. */
    static final Duration GRACE = Duration.ofSeconds(3);

    /** A log of which everything has come, and nothing was applied for so long, is given up. */
    static final Duration STUCK = Duration.ofMinutes(2);

    /** Logs that are looked at in one go for one that a peer with room can show. */
    private static final int MAX_LOOKS = 64;

    private final Set<PeerId> connected;
    private final Map<PeerId, PeerRecord> records = new LinkedHashMap<>();
    private final Map<IssuerId, LogPull> logs = new LinkedHashMap<>();
    private final Map<Long, Range> asked = new HashMap<>();
    private final Set<LogPull> active = new LinkedHashSet<>();
    private final Deque<LogPull> waiting = new ArrayDeque<>();
    private final PullFaults faults = new PullFaults();
    private Instant nextPull = Instant.MIN;
    private long ranges;
    private long eventsApplied;
    private long eventsToGo;

    /** @param connected the peers that there are, as they change */
    Pulls(Set<PeerId> connected) {
        this.connected = connected;
    }

    /** A peer says that it has more of a log. */
    void said(PeerId peer, Ahead ahead, Instant now) {
        if (record(peer).isBelieved(ahead.issuer(), ahead.sequence(), now)) {
            want(ahead, Map.of(peer, new Claim(ahead.sequence(), true)));
        }
    }

    /** A peer has sent an event that is far ahead: it has, and others may have, what comes before. */
    void gap(PeerId forwarder, Ahead ahead) {
        Map<PeerId, Claim> sources = new LinkedHashMap<>();
        sources.put(forwarder, new Claim(ahead.sequence(), false));
        connected.forEach(peer -> sources.putIfAbsent(peer, new Claim(ahead.sequence(), false)));
        want(ahead, sources);
    }

    /** What peers could not show of a log, or what was declined, they are asked for again. */
    void forget(IssuerId issuer) {
        records.values().forEach(peer -> peer.forget(issuer));
    }

    private void want(Ahead ahead, Map<PeerId, Claim> sources) {
        LogPull log = logs.get(ahead.issuer());
        if (log == null) {
            if (logs.size() == SyncState.MAX_WANTS || ahead.sequence() <= ahead.held()) {
                return;
            }
            log = new LogPull(ahead.issuer(), ahead.held());
            logs.put(ahead.issuer(), log);
        }
        eventsToGo -= log.toGo();
        log.want(ahead.sequence(), sources);
        eventsToGo += log.toGo();
        await(log);
    }

    private void await(LogPull log) {
        if (!log.waiting && log.next().isPresent()) {
            log.waiting = true;
            waiting.addLast(log);
        }
    }

    /** What was left out of a range holds up what comes after it. */
    private void awaitFirst(LogPull log) {
        waiting.remove(log);
        log.waiting = true;
        waiting.addFirst(log);
    }

    /** Events up to this sequence have come. A range that is whole needs no more of its answer. */
    void arrived(long id, long sequence, Instant now, List<Output> outputs) {
        Range range = asked.get(id);
        if (range != null) {
            range.arrived = sequence;
            range.progressAt = now;
            if (sequence >= range.to) {
                outputs.add(new Output.Cancel(id));
                ended(id, now, outputs);
            }
        }
    }

    void paused(long id, boolean on, Instant now) {
        Range range = asked.get(id);
        if (range != null) {
            range.paused(on, now);
        }
    }

    /** A peer sends no more of a range, well or not. */
    void ended(long id, Instant now, List<Output> outputs) {
        Range range = asked.remove(id);
        LogPull log = range == null ? null : logs.get(range.issuer);
        if (range == null || log == null) {
            return;
        }
        PeerRecord peer = record(range.peer);
        peer.pullEnded();
        log.ended(range, now);
        if (range.events() > 0) {
            peer.sent(range.events(), range.took(now));
        } else {
            nothingCame(log, range, peer, now);
        }
        if (log.isIdle() && usable(log, log.held() + 1, now).isEmpty()) {
            close(log, outputs);
            return;
        }
        if (range.arrived < range.to) {
            awaitFirst(log);
        }
        follow(log, outputs);
    }

    /** Opens what can be opened, and notes whether something is under way. */
    private void follow(LogPull log, List<Output> outputs) {
        log.open().forEach(opened -> outputs.add(new Output.Open(opened.id)));
        if (log.isIdle()) {
            active.remove(log);
        } else {
            active.add(log);
        }
        await(log);
    }

    private void nothingCame(LogPull log, Range range, PeerRecord peer, Instant now) {
        Claim claim = log.sources().remove(range.peer);
        if (claim != null && claim.said() && connected.contains(range.peer)) {
            peer.remember(log.issuer, claim.sequence(), now);
            peer.sentNothing(now);
            faults.count(Fault.NOTHING);
        }
    }

    /** Our log reaches to this sequence. */
    void applied(IssuerId issuer, long head, Instant now, List<Output> outputs) {
        LogPull log = logs.get(issuer);
        if (log != null) {
            long held = log.held();
            boolean done = log.applied(head, now);
            eventsApplied += log.held() - held;
            eventsToGo -= log.held() - held;
            if (done) {
                close(log, outputs);
            } else {
                follow(log, outputs);
            }
        }
    }

    /** What came of a range is not applied, and nothing behind it. */
    void stopped(IssuerId issuer, PeerId from, Why why, Instant now, List<Output> outputs) {
        LogPull log = logs.get(issuer);
        if (log == null) {
            return;
        }
        Claim claim = log.sources().get(from);
        switch (why) {
            case REFUSED -> {
                record(from).rest(now);
                log.sources().remove(from);
                faults.count(Fault.REFUSED);
            }
            case DECLINED -> {
                record(from).remember(issuer, claim == null ? log.target() : claim.sequence(), now);
                log.sources().remove(from);
                faults.count(Fault.DECLINED);
            }
            case EARLY -> {
                log.sources().clear();
                faults.count(Fault.EARLY);
            }
            case OURS -> nextPull = now.plus(RETRY_AFTER);
        }
        outputs.add(new Output.Close(issuer));
        log.restart().forEach(this::giveUp);
        follow(log, outputs);
    }

    private void giveUp(Range range) {
        if (asked.remove(range.id) != null) {
            record(range.peer).pullEnded();
        }
    }

    private void close(LogPull log, List<Output> outputs) {
        logs.remove(log.issuer);
        active.remove(log);
        eventsToGo -= log.toGo();
        log.ranges().forEach(this::giveUp);
        outputs.add(new Output.Close(log.issuer));
    }

    /** Leaves peers for others that do not send, or send much slower than others do. */
    void tick(Instant now, List<Output> outputs) {
        for (Range range : List.copyOf(asked.values())) {
            if (range.isPaused()) {
                continue;
            }
            boolean stalled = range.progressAt.plus(STALLED).isBefore(now)
                    || range.took(now).compareTo(RANGE_TIMEOUT) > 0;
            if (stalled || isMuchSlower(range, now)) {
                outputs.add(new Output.Cancel(range.id));
                faults.count(Fault.SLOW);
                ended(range.id, now, outputs);
                record(range.peer).slow(now);
            }
        }
        List.copyOf(active).stream().filter(log -> log.isStuck(STUCK, now)).forEach(log -> close(log, outputs));
    }

    private boolean isMuchSlower(Range range, Instant now) {
        LogPull log = logs.get(range.issuer);
        if (log == null || range.took(now).compareTo(GRACE) < 0) {
            return false;
        }
        double rate = range.eventsPerSecond(now) * MUCH_SLOWER;
        return log.sources().keySet().stream()
                .filter(peer -> !peer.equals(range.peer) && isUsable(peer, now))
                .anyMatch(peer -> record(peer).eventsPerSecond() > rate);
    }

    private boolean isUsable(PeerId peer, Instant now) {
        return connected.contains(peer) && !record(peer).isResting(now);
    }

    /** Asks for more where there is room, and opens the ranges whose turn has come. */
    void goOn(Instant now, List<Output> outputs) {
        if (!now.isBefore(nextPull)) {
            int inVain = 0;
            while (inVain < Math.min(MAX_LOOKS, waiting.size()) && hasRoom(now)) {
                inVain = ask(waiting.removeFirst(), now, outputs) ? 0 : inVain + 1;
            }
        }
    }

    private boolean hasRoom(Instant now) {
        return asked.size() < MAX_PULLS
                && active.stream().mapToInt(log -> log.ranges().size()).sum() < MAX_RANGES
                && connected.stream()
                        .map(this::record)
                        .anyMatch(peer -> peer.pulls() < MAX_PULLS_PER_PEER && !peer.isResting(now));
    }

    /** @return whether it is asked for or given up; else it waits again */
    private boolean ask(LogPull log, Instant now, List<Output> outputs) {
        log.waiting = false;
        Optional<Long> from = log.next();
        if (from.isEmpty() || logs.get(log.issuer) != log) {
            return true;
        }
        List<PeerId> usable = usable(log, from.get(), now);
        Optional<PeerId> peer = usable.stream()
                .filter(source -> record(source).pulls() < MAX_PULLS_PER_PEER)
                .min(Comparator.<PeerId>comparingInt(source -> record(source).pulls())
                        .thenComparingDouble(source -> -record(source).eventsPerSecond()));
        if (peer.isPresent()) {
            Range range = log.ask(ranges++, peer.get(), now);
            asked.put(range.id, range);
            record(range.peer).pullStarted();
            outputs.add(new Output.Pull(range.id, range.peer, log.issuer, range.from, range.to));
        } else if (usable.isEmpty() && log.isIdle()) {
            close(log, outputs); // nobody can show what was claimed; the next comparison asks again
            return true;
        }
        follow(log, outputs);
        return peer.isPresent();
    }

    /** Who can show more of a log: those that are not slow, if there are such. */
    private List<PeerId> usable(LogPull log, long from, Instant now) {
        List<PeerId> usable = log.sources().entrySet().stream()
                .filter(source -> source.getValue().sequence() >= from)
                .map(Map.Entry::getKey)
                .filter(peer -> isUsable(peer, now))
                .toList();
        List<PeerId> swift =
                usable.stream().filter(peer -> !record(peer).isSlow(now)).toList();
        return swift.isEmpty() ? usable : swift;
    }

    private PeerRecord record(PeerId peer) {
        PeerRecord known = records.get(peer);
        if (known != null) {
            return known;
        }
        if (records.size() == MAX_RECORDS) {
            Iterator<Map.Entry<PeerId, PeerRecord>> oldest = records.entrySet().iterator();
            while (oldest.hasNext()) {
                if (oldest.next().getValue().pulls() == 0) {
                    oldest.remove();
                    break;
                }
            }
        }
        PeerRecord made = new PeerRecord();
        records.put(peer, made);
        return made;
    }

    /** How many logs are known to reach further than ours. */
    int behind() {
        return logs.size();
    }

    /** Of how many peers something is remembered. */
    int records() {
        return records.size();
    }

    boolean isBehind(IssuerId issuer) {
        return logs.containsKey(issuer);
    }

    /** Events that were pulled and applied since the start. */
    long eventsApplied() {
        return eventsApplied;
    }

    /** Events that are known to exist and are not held. */
    long eventsToGo() {
        return eventsToGo;
    }

    /** What peers did wrong. */
    PullFaults faults() {
        return faults;
    }

    /** The logs of which ranges are under way. */
    Set<LogPull> active() {
        return active;
    }

    /** The logs that are known to reach further than ours. */
    Collection<LogPull> logs() {
        return logs.values();
    }
}
