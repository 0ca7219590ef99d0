package dev.grapevine.libp2p.gossipsub;

/**
 * What a router has counted since it started, and how full it is, at one moment.
 *
 * @param peers connected peers that speak gossipsub
 * @param cachedMessages messages kept for gossip
 * @param seenIds message ids remembered
 * @param validating messages whose signature or content is being checked
 * @param received messages that came, duplicates included
 * @param duplicates of them, known already
 * @param unwanted of them, of a topic not joined or from a peer that is ignored
 * @param overloaded of them, dropped because too many were being checked
 * @param accepted of them, judged {@link Verdict#ACCEPT}
 * @param ignored of them, judged {@link Verdict#IGNORE}
 * @param rejected of them, malformed, badly signed, or judged {@link Verdict#REJECT}
 * @param published own messages
 * @param forwarded copies of others' messages sent to mesh peers
 * @param retransmitted copies sent because a peer asked by IWANT
 * @param grafts GRAFTs sent
 * @param prunes PRUNEs sent
 * @param ihavesHeard IHAVEs heard
 * @param iwantsSent message ids asked for by IWANT
 * @param graylistings how often a peer came to be ignored for what it sent
 * @param framesDropped frames that gave way because a peer reads too slowly, or whose stream was lost
 * @param framesMalformed frames that were no gossipsub, each of which cost a peer its stream
 * @param streamsLost streams to peers that ended before the connection did
 */
public record GossipsubMetrics(
        int peers,
        int cachedMessages,
        int seenIds,
        int validating,
        long received,
        long duplicates,
        long unwanted,
        long overloaded,
        long accepted,
        long ignored,
        long rejected,
        long published,
        long forwarded,
        long retransmitted,
        long grafts,
        long prunes,
        long ihavesHeard,
        long iwantsSent,
        long graylistings,
        long framesDropped,
        long framesMalformed,
        long streamsLost) {

    static GossipsubMetrics of(Counters c, int peers, int cachedMessages, int seenIds, int validating) {
        return new GossipsubMetrics(
                peers,
                cachedMessages,
                seenIds,
                validating,
                c.received,
                c.duplicates,
                c.unwanted,
                c.overloaded,
                c.accepted,
                c.ignored,
                c.rejected,
                c.published,
                c.forwarded,
                c.retransmitted,
                c.grafts,
                c.prunes,
                c.ihavesHeard,
                c.iwantsSent,
                c.graylistings,
                c.framesDropped,
                c.framesMalformed,
                c.streamsLost);
    }
}
