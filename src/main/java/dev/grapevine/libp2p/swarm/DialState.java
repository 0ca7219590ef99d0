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
 * and takes whoever answers; the target then counts as reached while that peer is connected, by whichever connection. If
 * another peer answers later, that is told, and it is taken in place of the first: a container that is made anew has a new
 * key. A target is dialled for ever, with back-off; only one that turns out to be this host itself is given up.
 *
 * <p>What an operator should know is told once: that a target is connected, or lost after a while. Failures in a row,
 * connections that end soon among them, are told at growing intervals.
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

        /** No address of the target has answered, or the peer was not let in. */
        record Failed(String target, String reason) implements Input {}

        /** The target is this host and can be nobody else. */
        record IsSelf(String target) implements Input {}

        record Connected(PeerId peer) implements Input {}

        record Disconnected(PeerId peer) implements Input {}

        /** Time has passed. */
        record Tick() implements Input {}
    }

    sealed interface Output {

        /**
         * Dial a target, its addresses in turn.
         *
         * @param expected the peer that must answer, null for whoever does
         */
        record Dial(
                String target,
                List<Multiaddr> addresses,
                @Nullable PeerId expected) implements Output {}

        /** Tell that the peer of a target is connected. */
        record Connected(List<Multiaddr> addresses, PeerId peer) implements Output {}

        /** Tell that the peer was connected for a while and is no more. */
        record Lost(List<Multiaddr> addresses, PeerId peer, long retryMillis) implements Output {}

        /**
         * Tell that a target cannot be reached, or not for long.
         *
         * @param failures in a row so far
         */
        record Unreachable(List<Multiaddr> addresses, String reason, int failures, long retryMillis)
                implements Output {}

        /** Tell that another peer than before has answered at a target that names none. */
        record PeerChanged(List<Multiaddr> addresses, PeerId before, PeerId now) implements Output {}
    }

    private static final class Target {
        final Set<Multiaddr> addresses = new LinkedHashSet<>();
        final @Nullable PeerId expected;
        final Pace failureReports = new Pace();

        @Nullable
        PeerId reached;

        boolean dialling;
        boolean toldConnected;
        int failures;
        long dueMillis;

        Target(@Nullable PeerId expected, long dueMillis) {
            this.expected = expected;
            this.reached = expected;
            this.dueMillis = dueMillis;
        }

        List<Multiaddr> where() {
            return List.copyOf(addresses);
        }
    }

    List<Output> handle(Input input, long nowMillis) {
        List<Output> outputs = new ArrayList<>();
        switch (input) {
            case Input.Keep keep -> keep(keep.address(), nowMillis);
            case Input.Reached reached -> {
                Target target = targets.get(reached.target());
                if (target != null) {
                    target.dialling = false;
                    reached(target, reached.peer(), outputs);
                }
            }
            case Input.Failed failed -> {
                Target target = targets.get(failed.target());
                if (target != null) {
                    target.dialling = false;
                    backOff(target, target.failures + 1, nowMillis);
                    unreachable(target, failed.reason(), nowMillis, outputs);
                }
            }
            case Input.IsSelf isSelf -> targets.remove(isSelf.target());
            case Input.Connected connected -> connectedSinceMillis.put(connected.peer(), nowMillis);
            case Input.Disconnected ended -> disconnected(ended.peer(), nowMillis, outputs);
            case Input.Tick tick -> {}
        }
        tellConnected(outputs);
        dialDue(nowMillis, outputs);
        return outputs;
    }

    /** When {@link Input.Tick} is needed next, in the time of {@link #handle}. */
    OptionalLong nextDueMillis() {
        return targets.values().stream()
                .filter(this::isWaiting)
                .mapToLong(target -> target.dueMillis)
                .min();
    }

    private void keep(Multiaddr address, long nowMillis) {
        PeerId expected = address.peer().map(PeerId::parse).orElse(null);
        Multiaddr bare = address.without(Protocol.P2P);
        if (expected != null && expected.equals(self)) {
            return;
        }
        String key = expected == null ? bare.toString() : expected.toString();
        targets.computeIfAbsent(key, k -> new Target(expected, nowMillis))
                .addresses
                .add(bare);
    }

    private static void reached(Target target, PeerId peer, List<Output> outputs) {
        PeerId before = target.reached;
        if (before != null && !before.equals(peer)) {
            outputs.add(new Output.PeerChanged(target.where(), before, peer));
            target.toldConnected = false;
        }
        target.reached = peer;
    }

    private void disconnected(PeerId peer, long nowMillis, List<Output> outputs) {
        Long since = connectedSinceMillis.remove(peer);
        boolean stable = since != null && nowMillis - since >= STABLE_MILLIS;
        for (Target target : targets.values()) {
            if (target.reached == null || !target.reached.equals(peer)) {
                continue;
            }
            backOff(target, stable ? 0 : target.failures + 1, nowMillis);
            if (stable) {
                target.failureReports.restart();
                target.toldConnected = false;
                outputs.add(new Output.Lost(target.where(), peer, target.dueMillis - nowMillis));
            } else {
                unreachable(target, "the connection with " + peer + " soon ended", nowMillis, outputs);
            }
        }
    }

    private void unreachable(Target target, String reason, long nowMillis, List<Output> outputs) {
        if (!isConnected(target) && target.failureReports.isDue(nowMillis)) {
            target.toldConnected = false;
            outputs.add(new Output.Unreachable(target.where(), reason, target.failures, target.dueMillis - nowMillis));
        }
    }

    private void tellConnected(List<Output> outputs) {
        for (Target target : targets.values()) {
            PeerId peer = target.reached;
            if (peer != null && isConnected(target) && !target.toldConnected) {
                target.toldConnected = true;
                outputs.add(new Output.Connected(target.where(), peer));
            }
        }
    }

    /** Waits from half to all of the doubled back-off. */
    private void backOff(Target target, int failures, long nowMillis) {
        target.failures = Math.min(failures, MAX_DOUBLINGS);
        long longest = Math.min(firstBackOffMillis << Math.max(0, target.failures - 1), maxBackOffMillis);
        target.dueMillis = nowMillis + longest - random.nextLong(longest / 2 + 1);
    }

    private boolean isConnected(Target target) {
        return target.reached != null && connectedSinceMillis.containsKey(target.reached);
    }

    private boolean isWaiting(Target target) {
        return !target.dialling && !isConnected(target);
    }

    private void dialDue(long nowMillis, List<Output> outputs) {
        targets.forEach((key, target) -> {
            if (isWaiting(target) && target.dueMillis <= nowMillis) {
                target.dialling = true;
                outputs.add(new Output.Dial(key, target.where(), target.expected));
            }
        });
    }
}
