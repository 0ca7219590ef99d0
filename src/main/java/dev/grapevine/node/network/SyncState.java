package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.RegistryState.Completeness;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Catch-up, as a pure state machine: whom to compare frontiers with, and from whom to pull which issuer's log.
 *
 * <p>Frontiers are compared with every new peer at once and with one random peer a minute. What a peer has more of becomes a
 * <em>want</em>; one request at a time is made for an issuer, first to the peer that showed the gap, then to others.
 */
final class SyncState {

    /** Beyond this many issuers behind, further ones are found again by the next comparison. */
    static final int MAX_WANTS = 100_000;

    static final int MAX_PULLS = 4;
    static final Duration COMPARE_EVERY = Duration.ofMinutes(1);

    /** For how long a comparison speaks for the registry (design: {@code registryState}). */
    static final Duration COMPARISON_HOLDS = Duration.ofMinutes(2);

    sealed interface Input {
        /** A peer that speaks the sync protocol is connected. */
        record Connected(PeerId peer) implements Input {}

        record Disconnected(PeerId peer) implements Input {}

        /** A comparison ended; {@code ahead} are the peer's heads beyond ours. */
        record Compared(PeerId peer, Collection<Ahead> ahead) implements Input {}

        record CompareFailed(PeerId peer) implements Input {}

        /** Gossip showed an event whose predecessors are missing. */
        record Gap(PeerId forwarder, Ahead ahead) implements Input {}

        /** A pull ended, well or not; {@code head} is how far our log of the issuer reaches now. */
        record Pulled(PeerId peer, IssuerId issuer, long head) implements Input {}

        /** A round of asking the peer for missing bodies ended. */
        record BodiesFetched(PeerId peer, int found) implements Input {}

        /** Time passes; {@code missingBodies} is what the registry lacks. */
        record Tick(long missingBodies) implements Input {}
    }

    sealed interface Output {
        record Compare(PeerId peer) implements Output {}

        record Pull(PeerId peer, IssuerId issuer) implements Output {}

        record FetchBodies(PeerId peer) implements Output {}
    }

    /**
     * A log that reaches further than ours.
     *
     * @param sequence the last sequence known to exist
     */
    record Ahead(IssuerId issuer, long sequence) {}

    private static final class Want {
        long sequence;
        long reached = -1;
        final SequencedSet<PeerId> sources = new LinkedHashSet<>();

        @Nullable
        PeerId asked;
    }

    private final RandomGenerator random;
    private final SequencedSet<PeerId> peers = new LinkedHashSet<>();
    private final Set<PeerId> comparing = new LinkedHashSet<>();
    private final Map<IssuerId, Want> wants = new HashMap<>();
    private final Deque<IssuerId> waiting = new ArrayDeque<>();
    private final Deque<PeerId> bodySources = new ArrayDeque<>();
    private int pulls;
    private long missingBodies;
    private boolean fetchingBodies;
    private @Nullable Instant comparedAt;
    private Instant nextCompare = Instant.MIN;

    SyncState(RandomGenerator random) {
        this.random = random;
    }

    List<Output> handle(Input input, Instant now) {
        List<Output> outputs = new ArrayList<>();
        switch (input) {
            case Input.Connected connected -> {
                if (peers.add(connected.peer())) {
                    bodySources.add(connected.peer());
                    compare(connected.peer(), now, outputs);
                }
            }
            case Input.Disconnected gone -> {
                peers.remove(gone.peer());
                comparing.remove(gone.peer());
                bodySources.remove(gone.peer());
            }
            case Input.Compared compared -> {
                comparing.remove(compared.peer());
                comparedAt = now;
                compared.ahead().forEach(ahead -> want(ahead, List.of(compared.peer())));
            }
            case Input.CompareFailed failed -> comparing.remove(failed.peer());
            case Input.Gap gap -> {
                SequencedSet<PeerId> sources = new LinkedHashSet<>(List.of(gap.forwarder()));
                sources.addAll(peers);
                want(gap.ahead(), sources);
            }
            case Input.Pulled pulled -> pulled(pulled);
            case Input.BodiesFetched fetched -> {
                fetchingBodies = false;
                if (fetched.found() > 0 && peers.contains(fetched.peer())) {
                    bodySources.addFirst(fetched.peer());
                }
            }
            case Input.Tick tick -> tick(tick.missingBodies(), now, outputs);
        }
        startPulls(outputs);
        return outputs;
    }

    /** How current the registry is. */
    Snapshot registry(Instant now) {
        return new Snapshot(completeness(now), Optional.ofNullable(comparedAt));
    }

    private Completeness completeness(Instant now) {
        if (peers.isEmpty()) {
            return Completeness.ISOLATED;
        }
        boolean fresh = comparedAt != null && !comparedAt.plus(COMPARISON_HOLDS).isBefore(now);
        boolean whole = wants.isEmpty() && missingBodies == 0;
        return fresh && whole ? Completeness.CURRENT : Completeness.CATCHING_UP;
    }

    /** The logs that are known to reach further than ours. */
    List<Ahead> wanted() {
        return wants.entrySet().stream()
                .map(e -> new Ahead(e.getKey(), e.getValue().sequence))
                .toList();
    }

    private void compare(PeerId peer, Instant now, List<Output> outputs) {
        if (comparing.add(peer)) {
            nextCompare = now.plus(COMPARE_EVERY);
            outputs.add(new Output.Compare(peer));
        }
    }

    private void tick(long missing, Instant now, List<Output> outputs) {
        missingBodies = missing;
        if (!now.isBefore(nextCompare)) {
            randomPeer().ifPresent(peer -> compare(peer, now, outputs));
            bodySources.clear();
            bodySources.addAll(peers);
        }
        if (missingBodies > 0 && !fetchingBodies && !bodySources.isEmpty()) {
            fetchingBodies = true;
            outputs.add(new Output.FetchBodies(bodySources.removeFirst()));
        }
    }

    private Optional<PeerId> randomPeer() {
        return peers.isEmpty()
                ? Optional.empty()
                : peers.stream().skip(random.nextInt(peers.size())).findFirst();
    }

    private void want(Ahead ahead, Collection<PeerId> sources) {
        Want want = wants.get(ahead.issuer());
        if (want == null) {
            if (wants.size() == MAX_WANTS) {
                return;
            }
            want = new Want();
            wants.put(ahead.issuer(), want);
            waiting.add(ahead.issuer());
        }
        want.sequence = Math.max(want.sequence, ahead.sequence());
        want.sources.addAll(sources);
    }

    private void pulled(Input.Pulled pulled) {
        pulls--;
        Want want = wants.get(pulled.issuer());
        if (want == null) {
            return;
        }
        want.asked = null;
        if (pulled.head() >= want.sequence) {
            wants.remove(pulled.issuer());
            return;
        }
        if (pulled.head() > want.reached) {
            want.reached = pulled.head();
        } else {
            want.sources.remove(pulled.peer());
        }
        waiting.add(pulled.issuer());
    }

    private void startPulls(List<Output> outputs) {
        while (pulls < MAX_PULLS && !waiting.isEmpty()) {
            IssuerId issuer = waiting.removeFirst();
            Want want = wants.get(issuer);
            if (want == null || want.asked != null) {
                continue;
            }
            want.sources.retainAll(peers);
            if (want.sources.isEmpty()) {
                wants.remove(issuer); // nobody can show what was claimed; the next comparison asks again
                continue;
            }
            want.asked = want.sources.getFirst();
            pulls++;
            outputs.add(new Output.Pull(want.asked, issuer));
        }
    }
}
