package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Peers' clocks beside this node's. They are kept as differences from a clock that is never set, so that when this node's
 * is set, right or wrong, that shows at once. One thread changes it, any may ask.
 */
final class PeerClocks {

    /** An answer that took longer says too little of the moment at which it was made. */
    static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(10);

    private static final int NANOS_PER_MILLI = 1_000_000;

    private final Map<PeerId, Long> millisOfPeers = new HashMap<>();
    private volatile List<Long> medians = List.of();

    /**
     * Notes what a connected peer's clock showed.
     *
     * @param peerMillis milliseconds since 1970, somewhere between request and answer
     * @param askedNanos when the request was sent, by a clock that is never set
     * @param answeredNanos when the answer came, by the same clock
     */
    void heard(PeerId peer, long peerMillis, long askedNanos, long answeredNanos) {
        long roundTrip = answeredNanos - askedNanos;
        if (roundTrip <= MAX_ROUND_TRIP.toNanos()) {
            millisOfPeers.put(peer, peerMillis - (askedNanos + roundTrip / 2) / NANOS_PER_MILLI);
            medians = medians(millisOfPeers.values());
        }
    }

    /** A peer has gone, and its clock no longer counts. */
    void forget(PeerId peer) {
        millisOfPeers.remove(peer);
        medians = medians(millisOfPeers.values());
    }

    /**
     * How far this node's clock is ahead of the median; negative where it is behind, empty without peers. Of an even number of peers
     * there are two in the middle, and the one that is nearer counts: half of the peers alone do not put this node in the wrong.
     *
     * @param millis what it shows, milliseconds since 1970
     * @param nanos the same moment, by the clock that is never set
     */
    Optional<Duration> ahead(long millis, long nanos) {
        return medians.stream()
                .map(peers -> Duration.ofMillis(millis - nanos / NANOS_PER_MILLI - peers))
                .min(Comparator.comparing(Duration::abs));
    }

    /** Those in the middle: two of an even number. */
    private static List<Long> medians(Collection<Long> values) {
        int size = values.size();
        return values.stream()
                .sorted()
                .skip(Math.max(0, (size - 1) / 2))
                .limit(2 - size % 2)
                .toList();
    }
}
