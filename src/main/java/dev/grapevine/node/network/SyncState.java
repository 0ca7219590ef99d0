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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Catch-up, as a pure state machine: whom to compare frontiers with, and from whom to pull which part of which log
 * ({@link Pulls}).
 *
 * <p>Frontiers are compared with every new peer at once and with one random peer a minute; more often while something
 * spreads of which only comparisons tell. Where a peer held more, it is compared with again soon: of several that held more, one was
 * pulled from, and another may have another history. So it is where the comparison failed and there was none before: the node's own
 * publishing waits for the first.
 */
final class SyncState {

    /** Beyond this many issuers behind, further ones are found again by the next comparison. */
    static final int MAX_WANTS = 100_000;

    static final Duration COMPARE_EVERY = Duration.ofMinutes(1);

    static final Duration COMPARE_OFTEN_EVERY = Duration.ofSeconds(5);

    /** For how long frontiers are compared more often, from the last word of something that spreads. */
    static final Duration COMPARE_OFTEN_FOR = Duration.ofMinutes(1);

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

        /** News of an issuer spread of which only comparisons tell: what forks leave behind, or who has heard of an erasure. */
        record Spreading(IssuerId issuer) implements Input {}

        /** Events up to this sequence have come of a range. */
        record Arrived(long range, long sequence) implements Input {}

        /** We do not read on of a range, for enough of it waits, or do so again. */
        record Paused(long range, boolean on) implements Input {}

        /** The peer sends no more of a range: it has ended the answer, or given it up. */
        record Ended(long range) implements Input {}

        /** Our log of the issuer reaches to this sequence. */
        record Applied(IssuerId issuer, long head) implements Input {}

        /** Something that the peer sent was not applied, and nothing that comes after it in the log will be. */
        record Stopped(IssuerId issuer, PeerId peer, Why why) implements Input {}

        /** A round of asking the peer for missing bodies ended. */
        record BodiesFetched(PeerId peer, int found) implements Input {}

        /** Time passes; {@code missingBodies} is what the registry lacks. */
        record Tick(long missingBodies) implements Input {}
    }

    /** Why what was pulled is not applied. */
    enum Why {
        /** Malformed, forged, or not what was asked for. */
        REFUSED,
        /** Another history than ours, or a log that is not continued: the issuer's doing, not the peer's. */
        DECLINED,
        /** Too far ahead of the clock. */
        EARLY,
        /** Our own database fails, or has too much to do. */
        OURS
    }

    sealed interface Output {
        record Compare(PeerId peer) implements Output {}

        /** Ask a peer for a range of a log, and keep what comes. */
        record Pull(long range, PeerId peer, IssuerId issuer, long from, long to) implements Output {}

        /** Apply what has come of a range, and what will; after those that were opened before it. */
        record Open(long range) implements Output {}

        /** Ask no more; what was opened and has come is still applied. */
        record Cancel(long range) implements Output {}

        /** The log is pulled, or given up: forget what has come of it. */
        record Close(IssuerId issuer) implements Output {}

        record FetchBodies(PeerId peer) implements Output {}
    }

    /**
     * A log that reaches further than ours.
     *
     * @param held the last sequence that we hold; -1 for none
     * @param sequence the last sequence known to exist
     */
    record Ahead(IssuerId issuer, long held, long sequence) {}

    private final RandomGenerator random;
    private final SequencedSet<PeerId> peers = new LinkedHashSet<>();
    private final Set<PeerId> comparing = new LinkedHashSet<>();
    private final Map<PeerId, Instant> compareAgain = new LinkedHashMap<>();
    private final Deque<PeerId> bodySources = new ArrayDeque<>();
    private final Pulls pulls = new Pulls(peers);
    private long missingBodies;
    private boolean fetchingBodies;
    private @Nullable Instant comparedAt;
    private Instant nextCompare = Instant.MIN;
    private Instant oftenUntil = Instant.MIN;

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
                compareAgain.remove(gone.peer());
                bodySources.remove(gone.peer());
            }
            case Input.Compared compared -> {
                comparing.remove(compared.peer());
                comparedAt = now;
                compared.ahead().forEach(ahead -> pulls.said(compared.peer(), ahead, now));
                if (!compared.ahead().isEmpty()) {
                    compareAgain(compared.peer(), now.plus(COMPARE_OFTEN_EVERY));
                }
            }
            case Input.CompareFailed failed -> {
                comparing.remove(failed.peer());
                if (comparedAt == null) {
                    compareAgain(failed.peer(), now.plus(COMPARE_OFTEN_EVERY));
                }
            }
            case Input.Gap gap -> pulls.gap(gap.forwarder(), gap.ahead());
            case Input.Dropped dropped -> compareAgain(dropped.peer(), now);
            case Input.Spreading spreading -> {
                pulls.forget(spreading.issuer());
                oftenUntil = now.plus(COMPARE_OFTEN_FOR);
                nextCompare = earlier(nextCompare, now.plus(COMPARE_OFTEN_EVERY));
            }
            case Input.Arrived arrived -> pulls.arrived(arrived.range(), arrived.sequence(), now, outputs);
            case Input.Paused paused -> pulls.paused(paused.range(), paused.on(), now);
            case Input.Ended ended -> pulls.ended(ended.range(), now, outputs);
            case Input.Applied applied -> pulls.applied(applied.issuer(), applied.head(), now, outputs);
            case Input.Stopped stopped -> pulls.stopped(stopped.issuer(), stopped.peer(), stopped.why(), now, outputs);
            case Input.BodiesFetched fetched -> {
                fetchingBodies = false;
                if (fetched.found() > 0 && peers.contains(fetched.peer())) {
                    bodySources.addFirst(fetched.peer());
                }
            }
            case Input.Tick tick -> tick(tick.missingBodies(), now, outputs);
        }
        pulls.goOn(now, outputs);
        return outputs;
    }

    /** Whether a comparison with some peer is under way; with each new peer one begins at once. */
    boolean isComparing() {
        return !comparing.isEmpty();
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
        boolean whole = pulls.behind() == 0 && missingBodies == 0;
        return fresh && whole ? Completeness.CURRENT : Completeness.CATCHING_UP;
    }

    boolean isConnected(PeerId peer) {
        return peers.contains(peer);
    }

    /** What is being pulled. */
    Pulls pulls() {
        return pulls;
    }

    private void compareAgain(PeerId peer, Instant at) {
        if (peers.contains(peer)) {
            compareAgain.merge(peer, at, SyncState::earlier);
        }
    }

    /** @return false if a comparison with the peer is under way already */
    private boolean compare(PeerId peer, Instant now, List<Output> outputs) {
        boolean begun = comparing.add(peer);
        if (begun) {
            nextCompare = now.plus(now.isBefore(oftenUntil) ? COMPARE_OFTEN_EVERY : COMPARE_EVERY);
            outputs.add(new Output.Compare(peer));
        }
        return begun;
    }

    private void tick(long missing, Instant now, List<Output> outputs) {
        missingBodies = missing;
        pulls.tick(now, outputs);
        compareAgain.entrySet().removeIf(due -> !now.isBefore(due.getValue()) && compare(due.getKey(), now, outputs));
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

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Optional<PeerId> randomPeer() {
        return peers.isEmpty()
                ? Optional.empty()
                : peers.stream().skip(random.nextInt(peers.size())).findFirst();
    }
}
