package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connections stay: at most so many in all, one a peer. Pure: inputs and the time in, outputs out.
 *
 * <p>Two connections with one peer arise where both dial at once, or where one side lost the old connection without the
 * other's knowing. Both sides prefer the same one: of two dialled from opposite ends at about the same time, the one
 * that the smaller peer id dialled; else the newer, for it is known to be alive. Only the smaller peer id closes the
 * other one soon, so that the two sides never close one each and end up with none. The greater one waits much longer,
 * in case the smaller does not care.
 *
 * <p>A peer that has started anew replaces its former self at once: the connections of its earlier run are dead, and
 * whatever was agreed on over them is gone, so that it counts as a peer that went away and came.
 */
final class ConnectionTable {

    /** Connections that come up within this time of each other were dialled at once. */
    static final long SIMULTANEOUS_MILLIS = 5_000;

    /** How long the side that decides lets a surplus connection finish what is under way. */
    static final long DRAIN_MILLIS = 1_000;

    /** How long the other side leaves the decision to its peer. */
    static final long PATIENCE_MILLIS = 30_000;

    private final PeerId self;
    private final ResourceLimits limits;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>();

    ConnectionTable(PeerId self, ResourceLimits limits) {
        this.self = self;
        this.limits = limits;
    }

    sealed interface Input {

        /**
         * A connection is up, under an id of the caller's.
         *
         * @param incarnation as {@link Connection#incarnation}
         */
        record Opened(long id, PeerId peer, String incarnation, boolean dialled) implements Input {}

        /** A connection has ended, for whatever reason. */
        record Ended(long id) implements Input {}

        /** Time has passed. */
        record Tick() implements Input {}
    }

    sealed interface Output {

        /** The first connection to the peer, or to this run of it, is up. */
        record Connected(PeerId peer) implements Output {}

        /** The last connection to the peer, or to a run of it, has ended. */
        record Disconnected(PeerId peer) implements Output {}

        /** Close this connection. One that is refused was never counted. */
        record Close(long id, Reason reason) implements Output {}
    }

    enum Reason {
        LIMIT,
        SELF,
        SURPLUS,
        RESTARTED;

        /** Whether the connection never entered the table. */
        boolean refused() {
            return this == LIMIT || this == SELF;
        }
    }

    private record Entry(long id, PeerId peer, String incarnation, boolean dialled, long sinceMillis) {}

    private static final class Peer {
        final List<Entry> connections = new ArrayList<>();
        final Map<Long, Long> closeAtMillis = new HashMap<>();

        @Nullable
        Entry preferred;
    }

    List<Output> handle(Input input, long nowMillis) {
        return switch (input) {
            case Input.Opened opened -> opened(opened, nowMillis);
            case Input.Ended ended -> ended(ended.id());
            case Input.Tick tick -> closeSurplus(nowMillis);
        };
    }

    /** The connection to use with a peer. */
    Optional<Long> preferred(PeerId peer) {
        return Optional.ofNullable(peers.get(peer)).map(p -> p.preferred).map(Entry::id);
    }

    Set<PeerId> peers() {
        return Set.copyOf(peers.keySet());
    }

    int size() {
        return entries.size();
    }

    private List<Output> opened(Input.Opened opened, long nowMillis) {
        if (opened.peer().equals(self)) {
            return List.of(new Output.Close(opened.id(), Reason.SELF));
        }
        if (entries.size() >= limits.maxConnections()) {
            return List.of(new Output.Close(opened.id(), Reason.LIMIT));
        }
        Entry entry = new Entry(opened.id(), opened.peer(), opened.incarnation(), opened.dialled(), nowMillis);
        entries.put(entry.id(), entry);
        Peer peer = peers.computeIfAbsent(entry.peer(), id -> new Peer());
        peer.connections.add(entry);
        if (peer.preferred == null) {
            peer.preferred = entry;
            return List.of(new Output.Connected(entry.peer()));
        }
        if (startedAnew(peer.preferred, entry)) {
            return restarted(peer, entry);
        }
        Entry preferred = better(peer.preferred, entry);
        peer.preferred = preferred;
        peer.closeAtMillis.remove(preferred.id());
        long grace = isDecider(entry.peer()) ? DRAIN_MILLIS : PATIENCE_MILLIS;
        for (Entry other : peer.connections) {
            if (!other.equals(preferred)) {
                peer.closeAtMillis.putIfAbsent(other.id(), nowMillis + grace);
            }
        }
        return peer.connections.size() <= limits.maxConnectionsPerPeer() ? List.of() : List.of(closeOldest(peer));
    }

    private static boolean startedAnew(Entry older, Entry newer) {
        return !older.incarnation().isEmpty()
                && !newer.incarnation().isEmpty()
                && !older.incarnation().equals(newer.incarnation());
    }

    /** The dead connections are none of the peer's any more, and only count until they have ended. */
    private static List<Output> restarted(Peer peer, Entry first) {
        peer.connections.remove(first);
        List<Output> outputs = new ArrayList<>();
        outputs.add(new Output.Disconnected(first.peer()));
        peer.connections.forEach(dead -> outputs.add(new Output.Close(dead.id(), Reason.RESTARTED)));
        outputs.add(new Output.Connected(first.peer()));
        peer.connections.clear();
        peer.closeAtMillis.clear();
        peer.connections.add(first);
        peer.preferred = first;
        return outputs;
    }

    private Entry better(Entry older, Entry newer) {
        boolean simultaneous =
                older.dialled() != newer.dialled() && newer.sinceMillis() - older.sinceMillis() < SIMULTANEOUS_MILLIS;
        if (!simultaneous) {
            return newer;
        }
        return older.dialled() == isDecider(older.peer()) ? older : newer;
    }

    private boolean isDecider(PeerId peer) {
        return self.compareTo(peer) < 0;
    }

    private static Output closeOldest(Peer peer) {
        Entry oldest = peer.connections.stream()
                .filter(entry -> !entry.equals(peer.preferred))
                .min(Comparator.comparingLong(Entry::sinceMillis))
                .orElseThrow();
        return new Output.Close(oldest.id(), Reason.SURPLUS);
    }

    private List<Output> ended(long id) {
        Entry entry = entries.remove(id);
        if (entry == null) {
            return List.of();
        }
        Peer peer = peers.get(entry.peer());
        if (peer == null || !peer.connections.remove(entry)) {
            return List.of(); // of an earlier run
        }
        peer.closeAtMillis.remove(id);
        if (peer.connections.isEmpty()) {
            peers.remove(entry.peer());
            return List.of(new Output.Disconnected(entry.peer()));
        }
        if (entry.equals(peer.preferred)) {
            Entry newest = peer.connections.getLast();
            peer.preferred = newest;
            peer.closeAtMillis.remove(newest.id());
        }
        return List.of();
    }

    private List<Output> closeSurplus(long nowMillis) {
        List<Output> outputs = new ArrayList<>();
        for (Peer peer : peers.values()) {
            peer.closeAtMillis.entrySet().removeIf(surplus -> {
                boolean due = surplus.getValue() <= nowMillis;
                if (due) {
                    outputs.add(new Output.Close(surplus.getKey(), Reason.SURPLUS));
                }
                return due;
            });
        }
        return outputs;
    }
}
