package dev.grapevine.libp2p.gossipsub;

import java.util.Map;

/**
 * What a router has counted since it started, and how full it is, at one moment.
 *
 * @param standings connected peers that speak gossipsub, by what their scores let them do
 * @param lowestScore the lowest score of these peers; 0 where there are none
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
 * @param idontwantsSent IDONTWANTs sent
 * @param spared copies not sent to mesh peers because of their IDONTWANTs
 * @param brokenPromises messages that peers told by IHAVE and did not send when asked
 * @param refused what was not taken or not answered, by reason
 * @param framesDropped frames that gave way because a peer reads too slowly, or whose stream was lost
 * @param framesMalformed frames that were no gossipsub, each of which cost a peer its stream
 * @param streamsLost streams to peers that ended before the connection did
 * @param peersStuck how often a peer was given up because it read nothing
 */
public record GossipsubMetrics(
        Map<Standing, Integer> standings,
        double lowestScore,
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
        long idontwantsSent,
        long spared,
        long brokenPromises,
        Map<Refusal, Long> refused,
        long framesDropped,
        long framesMalformed,
        long streamsLost,
        long peersStuck) {

    static GossipsubMetrics of(
            Counters c,
            Map<Standing, Integer> standings,
            double lowestScore,
            int cachedMessages,
            int seenIds,
            int validating) {
        return new GossipsubMetrics(
                standings,
                lowestScore,
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
                c.idontwantsSent,
                c.spared,
                c.brokenPromises,
                Map.copyOf(c.refused),
                c.framesDropped,
                c.framesMalformed,
                c.streamsLost,
                c.peersStuck);
    }

    /** Connected peers that speak gossipsub. */
    public int peers() {
        return standings.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Connected peers with that standing. */
    public int peers(Standing standing) {
        return standings.getOrDefault(standing, 0);
    }

    /** How often something was refused for that reason. */
    public long refused(Refusal why) {
        return refused.getOrDefault(why, 0L);
    }
}
