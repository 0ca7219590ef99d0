package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An iterative search for the peers closest to a key (specification kad-dht, "Peer routing"): asks the closest that are
 * known, so many at a time, and goes on with those that they name, until the k closest have answered. Who fails counts as if
 * nobody had named it.
 *
 * <p>Who names peers that do not answer is believed less: of the peers that one has named only so many are asked beyond those
 * that have answered. So peers that name others which do not exist, however close to the key, cost little time.
 */
final class Lookup {

    /** Peers asked in one search, whatever is named. */
    static final int MAX_ASKED = 200;

    /** Peers kept that wait for their turn; the farthest go. */
    static final int MAX_CANDIDATES = 500;

    /** Peers that one has named which may be without an answer; and one more for every two that have answered. */
    static final int CREDIT = 3;

    /** Who is kept of those who have named one peer. */
    private static final int MAX_INFORMERS = 8;

    private final PeerId self;
    private final int k;
    private final int alpha;
    private final TreeMap<Key, Candidate> candidates;
    private final Map<PeerId, Candidate> running = new HashMap<>();
    private final Map<PeerId, Informer> informers = new HashMap<>();
    private int asked;

    private static final class Candidate {
        final PeerId peer;
        final Set<Informer> namedBy = new LinkedHashSet<>();
        Phase phase = Phase.WAITING;

        @Nullable
        Informer charged;

        Candidate(PeerId peer) {
            this.peer = peer;
        }
    }

    private enum Phase {
        WAITING,
        ASKED,
        ANSWERED,
        FAILED
    }

    /** One who has named peers. */
    private static final class Informer {
        int unanswered;
        int answered;

        boolean hasCredit() {
            return unanswered < CREDIT + answered / 2;
        }
    }

    /** @param seeds the closest peers that are known already, and believed in */
    Lookup(Key target, PeerId self, int k, int alpha, List<PeerId> seeds) {
        this.self = self;
        this.k = k;
        this.alpha = alpha;
        this.candidates = new TreeMap<>(target.closestFirst());
        seeds.forEach(peer -> candidates.put(Key.of(peer), new Candidate(peer)));
    }

    /** Whom to ask now, in addition to those who are being asked. */
    List<PeerId> next() {
        List<PeerId> next = new ArrayList<>();
        int live = 0;
        for (Candidate candidate : candidates.values()) {
            if (live == k || running.size() >= alpha) {
                break;
            }
            if (isEligible(candidate)) {
                ask(candidate);
                next.add(candidate.peer);
            }
            live += candidate.phase == Phase.ASKED || candidate.phase == Phase.ANSWERED ? 1 : 0;
        }
        return next;
    }

    private boolean isEligible(Candidate candidate) {
        return candidate.phase == Phase.WAITING
                && asked < MAX_ASKED
                && (candidate.namedBy.isEmpty() || candidate.namedBy.stream().anyMatch(Informer::hasCredit));
    }

    private void ask(Candidate candidate) {
        candidate.phase = Phase.ASKED;
        running.put(candidate.peer, candidate);
        asked++;
        candidate.charged = candidate.namedBy.stream()
                .filter(Informer::hasCredit)
                .findFirst()
                .orElse(null);
        if (candidate.charged != null) {
            candidate.charged.unanswered++;
        }
    }

    /** @return whether the peer was being asked; nothing else is taken from it */
    boolean answered(PeerId peer, List<PeerId> closer) {
        Candidate candidate = running.remove(peer);
        if (candidate == null) {
            return false;
        }
        candidate.phase = Phase.ANSWERED;
        if (candidate.charged != null) {
            candidate.charged.unanswered--;
            candidate.charged.answered++;
        }
        Informer informer = informers.computeIfAbsent(peer, any -> new Informer());
        closer.forEach(named -> add(named, informer));
        while (candidates.size() > MAX_CANDIDATES) {
            candidates.pollLastEntry();
        }
        return true;
    }

    private void add(PeerId peer, Informer informer) {
        if (peer.equals(self)) {
            return;
        }
        Candidate candidate = candidates.get(Key.of(peer));
        if (candidate == null) {
            candidate = new Candidate(peer);
            candidate.namedBy.add(informer);
            candidates.put(Key.of(peer), candidate);
        } else if (!candidate.namedBy.isEmpty() && candidate.namedBy.size() < MAX_INFORMERS) {
            candidate.namedBy.add(informer);
        }
    }

    void failed(PeerId peer) {
        Candidate candidate = running.remove(peer);
        if (candidate != null) {
            candidate.phase = Phase.FAILED;
        }
    }

    /** Whether nobody is left to be asked or waited for among the k closest. */
    boolean isOver() {
        int answered = 0;
        for (Candidate candidate : candidates.values()) {
            if (answered == k) {
                return true;
            }
            boolean waits = candidate.phase == Phase.WAITING && asked < MAX_ASKED && !running.isEmpty();
            if (candidate.phase == Phase.ASKED || isEligible(candidate) || waits) {
                return false;
            }
            answered += candidate.phase == Phase.ANSWERED ? 1 : 0;
        }
        return true;
    }

    /** The closest peers that have answered, the closest first. */
    List<PeerId> closest() {
        return candidates.values().stream()
                .filter(candidate -> candidate.phase == Phase.ANSWERED)
                .limit(k)
                .map(candidate -> candidate.peer)
                .toList();
    }

    /** Whether this very peer has answered. */
    boolean hasAnswered(PeerId peer) {
        Candidate candidate = candidates.get(Key.of(peer));
        return candidate != null && candidate.phase == Phase.ANSWERED;
    }
}
