package dev.grapevine.libp2p.gossipsub;

import java.util.EnumMap;
import java.util.Map;

/** What the router has counted since it started; {@link GossipsubMetrics} explains each. */
final class Counters {

    long received;
    long duplicates;
    long unwanted;
    long overloaded;
    long accepted;
    long ignored;
    long rejected;
    long published;
    long forwarded;
    long retransmitted;
    long grafts;
    long prunes;
    long ihavesHeard;
    long iwantsSent;
    long idontwantsSent;
    long spared;
    long brokenPromises;
    long framesDropped;
    long framesMalformed;
    long streamsLost;
    long peersStuck;
    final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);

    void refuse(Refusal why) {
        refused.merge(why, 1L, Long::sum);
    }
}
