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

    /** When a database that has failed is tried again. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

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

        /** Gossip of the peer was dropped unread, for there was too much to do. */
        record Dropped(PeerId peer) implements Input {}

        /** A pull ended, well or not: how far our log of the issuer reached {@code before} it, and how far it does now. */
        record Pulled(PeerId peer, IssuerId issuer, long before, long head) implements Input {}

        /** A pull ended because our own database failed, which tells nothing of the peer. */
        record PullPostponed(IssuerId issuer) implements Input {}

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
        final SequencedSet<PeerId> sources = new LinkedHashSet<>();

        @Nullable
        PeerId asked;
    }

    private final RandomGenerator random;
    private final SequencedSet<PeerId> peers = new LinkedHashSet<>();
    private final Set<PeerId> comparing = new LinkedHashSet<>();
    private final Map<IssuerId, Want> wants = new HashMap<>();
    private final Deque<IssuerId> waiting = new ArrayDeque<>();
    private final Set<PeerId> compareSoon = new LinkedHashSet<>();
    private final Deque<PeerId> bodySources = new ArrayDeque<>();
    private int pulls;
    private long missingBodies;
    private boolean fetchingBodies;
    private @Nullable Instant comparedAt;
    private Instant nextCompare = Instant.MIN;
    private Instant nextPull = Instant.MIN;

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
                compareSoon.remove(gone.peer());
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
            case Input.Dropped dropped -> {
                if (peers.contains(dropped.peer())) {
                    compareSoon.add(dropped.peer());
                }
            }
            case Input.Pulled pulled -> pulled(pulled);
            case Input.PullPostponed postponed -> {
                nextPull = now.plus(RETRY_AFTER);
                pullEnded(postponed.issuer());
            }
            case Input.BodiesFetched fetched -> {
                fetchingBodies = false;
                if (fetched.found() > 0 && peers.contains(fetched.peer())) {
                    bodySources.addFirst(fetched.peer());
                }
            }
            case Input.Tick tick -> tick(tick.missingBodies(), now, outputs);
        }
        startPulls(now, outputs);
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

    boolean isConnected(PeerId peer) {
        return peers.contains(peer);
    }

    /** How many logs are known to reach further than ours. */
    int behind() {
        return wants.size();
    }

    /** The logs that are known to reach further than ours. */
    List<Ahead> wanted() {
        return wants.entrySet().stream()
                .map(e -> new Ahead(e.getKey(), e.getValue().sequence))
                .toList();
    }

    /** @return false if a comparison with the peer is under way already */
    private boolean compare(PeerId peer, Instant now, List<Output> outputs) {
        boolean begun = comparing.add(peer);
        if (begun) {
            nextCompare = now.plus(COMPARE_EVERY);
            outputs.add(new Output.Compare(peer));
        }
        return begun;
    }

    private void tick(long missing, Instant now, List<Output> outputs) {
        missingBodies = missing;
        compareSoon.removeIf(peer -> compare(peer, now, outputs));
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
        Want want = wants.get(pulled.issuer());
        if (want != null && pulled.head() >= want.sequence) {
            wants.remove(pulled.issuer());
        } else if (want != null && pulled.head() <= pulled.before()) {
            want.sources.remove(pulled.peer());
        }
        pullEnded(pulled.issuer());
    }

    private void pullEnded(IssuerId issuer) {
        pulls--;
        Want want = wants.get(issuer);
        if (want != null) {
            want.asked = null;
            waiting.add(issuer);
        }
    }

    private void startPulls(Instant now, List<Output> outputs) {
        if (now.isBefore(nextPull)) {
            return;
        }
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
