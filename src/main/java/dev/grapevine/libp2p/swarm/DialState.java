package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to dial the peers that this host shall stay connected with. Pure: inputs and the time in, outputs out.
 *
 * <p>Addresses that name one peer are one target, tried in turn. An address without {@code /p2p} is a target of its own
 * and takes whoever answers; the target then counts as reached while that peer is connected, by whichever connection. A
 * target is dialled for ever, with back-off; only one that turns out to be this host itself is given up.
 */
final class DialState {

    /** A connection that ends sooner counts as one more failure, so that a peer that is full is not dialled in a loop. */
    static final long STABLE_MILLIS = 10_000;

    /** Beyond any sensible longest back-off, and too few to overflow. */
    private static final int MAX_DOUBLINGS = 24;

    private final PeerId self;
    private final long firstBackOffMillis;
    private final long maxBackOffMillis;
    private final RandomGenerator random;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<PeerId, Long> connectedSinceMillis = new HashMap<>();

    /** @param random spreads the back-off, so that peers that lost each other do not dial in step */
    DialState(PeerId self, long firstBackOffMillis, long maxBackOffMillis, RandomGenerator random) {
        this.self = self;
        this.firstBackOffMillis = firstBackOffMillis;
        this.maxBackOffMillis = maxBackOffMillis;
        this.random = random;
    }

    sealed interface Input {

        /** Stay connected with who is at this address, with or without {@code /p2p}. */
        record Keep(Multiaddr address) implements Input {}

        /** A dial of the target has led to this peer; {@link Connected} came before. */
        record Reached(String target, PeerId peer) implements Input {}

        /** No address of the target has answered. */
        record Failed(String target) implements Input {}

        /** The target is this host and can be nobody else. */
        record IsSelf(String target) implements Input {}

        record Connected(PeerId peer) implements Input {}

        record Disconnected(PeerId peer) implements Input {}

        /** Time has passed. */
        record Tick() implements Input {}
    }

    /**
     * Dial a target, its addresses in turn.
     *
     * @param expected the peer that must answer, null for whoever does
     */
    record Dial(
            String target,
            List<Multiaddr> addresses,
            @Nullable PeerId expected) {}

    private static final class Target {
        final Set<Multiaddr> addresses = new LinkedHashSet<>();
        final @Nullable PeerId expected;

        @Nullable
        PeerId reached;

        boolean dialling;
        int failures;
        long dueMillis;

        Target(@Nullable PeerId expected, long dueMillis) {
            this.expected = expected;
            this.reached = expected;
            this.dueMillis = dueMillis;
        }
    }

    List<Dial> handle(Input input, long nowMillis) {
        switch (input) {
            case Input.Keep keep -> keep(keep.address(), nowMillis);
            case Input.Reached reached -> {
                Target target = targets.get(reached.target());
                if (target != null) {
                    target.dialling = false;
                    target.reached = reached.peer();
                }
            }
            case Input.Failed failed -> {
                Target target = targets.get(failed.target());
                if (target != null) {
                    target.dialling = false;
                    backOff(target, target.failures + 1, nowMillis);
                }
            }
            case Input.IsSelf isSelf -> targets.remove(isSelf.target());
            case Input.Connected connected -> connectedSinceMillis.put(connected.peer(), nowMillis);
            case Input.Disconnected ended -> disconnected(ended.peer(), nowMillis);
            case Input.Tick tick -> {}
        }
        return due(nowMillis);
    }

    /** When {@link Input.Tick} is needed next, in the time of {@link #handle}. */
    OptionalLong nextDueMillis() {
        return targets.values().stream()
                .filter(this::isWaiting)
                .mapToLong(target -> target.dueMillis)
                .min();
    }

    private void keep(Multiaddr address, long nowMillis) {
        PeerId expected = address.components().getLast().protocol() == Protocol.P2P
                ? PeerId.parse(address.components().getLast().value())
                : null;
        Multiaddr bare = address.without(Protocol.P2P);
        if (expected != null && expected.equals(self)) {
            return;
        }
        String key = expected == null ? bare.toString() : expected.toString();
        targets.computeIfAbsent(key, k -> new Target(expected, nowMillis))
                .addresses
                .add(bare);
    }

    private void disconnected(PeerId peer, long nowMillis) {
        Long since = connectedSinceMillis.remove(peer);
        boolean stable = since != null && nowMillis - since >= STABLE_MILLIS;
        for (Target target : targets.values()) {
            if (target.reached != null && target.reached.equals(peer)) {
                backOff(target, stable ? 0 : target.failures + 1, nowMillis);
            }
        }
    }

    /** Waits from half to all of the doubled back-off. */
    private void backOff(Target target, int failures, long nowMillis) {
        target.failures = Math.min(failures, MAX_DOUBLINGS);
        long longest = Math.min(firstBackOffMillis << Math.max(0, target.failures - 1), maxBackOffMillis);
        target.dueMillis = nowMillis + longest - random.nextLong(longest / 2 + 1);
    }

    private boolean isWaiting(Target target) {
        PeerId peer = target.reached;
        return !target.dialling && (peer == null || !connectedSinceMillis.containsKey(peer));
    }

    private List<Dial> due(long nowMillis) {
        List<Dial> dials = new ArrayList<>();
        targets.forEach((key, target) -> {
            if (isWaiting(target) && target.dueMillis <= nowMillis) {
                target.dialling = true;
                dials.add(new Dial(key, List.copyOf(target.addresses), target.expected));
            }
        });
        return dials;
    }
}
