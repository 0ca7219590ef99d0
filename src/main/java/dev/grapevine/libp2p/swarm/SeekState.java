package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Whom to dial of the peers that are known, so that so many of one's own kind are connected. Pure: inputs and the time in,
 * outputs out. Who does not answer is left alone for a while that doubles, and so is who turns out to be of another kind.
 */
final class SeekState {

    /** Dials at once. */
    static final int MAX_DIALS = 4;

    /** After the first failure to reach a peer; doubles with each further one. */
    static final long FIRST_BACK_OFF_MILLIS = TimeUnit.SECONDS.toMillis(2);

    /** Where the doubling ends. */
    static final long MAX_BACK_OFF_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** A peer that has just started may not speak everything yet. */
    static final long GRACE_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** For so long a peer of another kind is left alone. */
    static final long STRANGER_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private static final int MAX_DOUBLINGS = 12;

    private final int wanted;
    private final RandomGenerator random;
    private final Set<PeerId> connected = new HashSet<>();
    private final Map<PeerId, Long> strangersSinceMillis = new HashMap<>();
    private final Set<PeerId> dialling = new HashSet<>();
    private final Set<PeerId> found = new HashSet<>();
    private final Map<PeerId, Rest> resting = new HashMap<>();

    private record Rest(int failures, long untilMillis) {}

    /**
     * @param wanted connected peers of one's own kind beyond which nobody is dialled
     * @param random chooses among the known
     */
    SeekState(int wanted, RandomGenerator random) {
        this.wanted = wanted;
        this.random = random;
    }

    sealed interface Input {

        record Connected(PeerId peer) implements Input {}

        record Disconnected(PeerId peer) implements Input {}

        /**
         * What a connected peer speaks is known.
         *
         * @param wanted whether that makes it one of one's own kind
         */
        record Identified(PeerId peer, boolean wanted) implements Input {}

        /** A dial that was asked for has led to nothing. */
        record Failed(PeerId peer) implements Input {}

        /**
         * Time has passed.
         *
         * @param known every peer with an address, the best known first
         */
        record Tick(List<PeerId> known) implements Input {}
    }

    sealed interface Output {

        /** Dial a peer; Connected or Failed follows. */
        record Dial(PeerId peer) implements Output {}

        /** End the connection: the peer was dialled for being sought, and is of another kind. */
        record Release(PeerId peer) implements Output {}
    }

    List<Output> handle(Input input, long nowMillis) {
        return switch (input) {
            case Input.Connected in -> {
                connected.add(in.peer());
                if (dialling.remove(in.peer())) {
                    found.add(in.peer());
                }
                yield List.of();
            }
            case Input.Disconnected in -> {
                disconnected(in.peer(), nowMillis);
                yield List.of();
            }
            case Input.Identified in -> {
                identified(in.peer(), in.wanted(), nowMillis);
                yield List.of();
            }
            case Input.Failed in -> {
                if (dialling.remove(in.peer())) {
                    rest(in.peer(), nowMillis);
                }
                yield List.of();
            }
            case Input.Tick in -> tick(in.known(), nowMillis);
        };
    }

    /** Connected peers that are not known to be of another kind. */
    int connected() {
        return connected.size() - strangersSinceMillis.size();
    }

    /** A connection that was found and ended at once, as where the other end is full, is one more failure. */
    private void disconnected(PeerId peer, long nowMillis) {
        connected.remove(peer);
        strangersSinceMillis.remove(peer);
        if (found.remove(peer)) {
            rest(peer, nowMillis);
        }
    }

    private void identified(PeerId peer, boolean isWanted, long nowMillis) {
        if (isWanted) {
            strangersSinceMillis.remove(peer);
            resting.remove(peer);
        } else if (connected.contains(peer)) {
            strangersSinceMillis.putIfAbsent(peer, nowMillis);
        }
    }

    /** Strangers that came by themselves may stay. */
    private List<Output> releaseStrangers(long nowMillis) {
        List<Output> outputs = new ArrayList<>();
        strangersSinceMillis.forEach((peer, since) -> {
            if (nowMillis - since >= GRACE_MILLIS && found.remove(peer)) {
                resting.put(peer, new Rest(1, nowMillis + STRANGER_MILLIS));
                outputs.add(new Output.Release(peer));
            }
        });
        return outputs;
    }

    private void rest(PeerId peer, long nowMillis) {
        Rest before = resting.get(peer);
        int failures = before == null ? 1 : Math.min(before.failures() + 1, MAX_DOUBLINGS);
        long longest = Math.min(FIRST_BACK_OFF_MILLIS << (failures - 1), MAX_BACK_OFF_MILLIS);
        resting.put(peer, new Rest(failures, nowMillis + longest - random.nextLong(longest / 2 + 1)));
    }

    /** Of the best known half, somebody at random, so that not everybody dials the same. */
    private List<Output> tick(List<PeerId> known, long nowMillis) {
        List<PeerId> free = new ArrayList<>(known);
        free.removeIf(peer -> connected.contains(peer) || dialling.contains(peer) || rests(peer, nowMillis));
        resting.keySet().retainAll(Set.copyOf(known));
        List<Output> outputs = releaseStrangers(nowMillis);
        while (!free.isEmpty() && dialling.size() < MAX_DIALS && connected() + dialling.size() < wanted) {
            PeerId peer = free.remove(random.nextInt((free.size() + 1) / 2));
            dialling.add(peer);
            outputs.add(new Output.Dial(peer));
        }
        return outputs;
    }

    private boolean rests(PeerId peer, long nowMillis) {
        Rest rest = resting.get(peer);
        return rest != null && nowMillis < rest.untilMillis();
    }
}
