package dev.grapevine.libp2p.gossipsub;

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
    long graylistings;
    long framesDropped;
    long framesMalformed;
    long streamsLost;
}
