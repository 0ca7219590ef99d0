package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of one gossipsub router. {@link #defaults()} holds the values that the specifications recommend.
 *
 * @param mesh how many peers a topic's mesh holds
 * @param timing how often and for how long
 * @param limits what a peer may ask of this router
 * @param scoring how peers are scored, and what that does to them
 * @param floodPublish whether own messages go to every peer of the topic (v1.1, Flood Publishing), else to the mesh
 * @param peerExchange whether a PRUNE for want of room offers other peers of the topic, and whether those that a trusted peer
 *     offers are dialled (v1.1, PRUNE Backoff and Peer Exchange). Off by default: the peers that are found otherwise do
 * @param directPeers peers with which that is agreed: each gets every valid message, whatever its score, and is in no mesh
 *     (v1.1, Explicit Peering Agreements). The agreement is mutual; whoever makes it keeps the two connected
 */
public record GossipsubConfig(
        Mesh mesh,
        Timing timing,
        Limits limits,
        ScoreConfig scoring,
        boolean floodPublish,
        boolean peerExchange,
        Set<PeerId> directPeers) {

    public GossipsubConfig {
        directPeers = Collections.unmodifiableSet(new LinkedHashSet<>(directPeers)); // in an order that lasts
    }

    /** What the specifications recommend (v1.0, Parameters; v1.1, Overview of New Parameters). */
    public static GossipsubConfig defaults() {
        return new GossipsubConfig(
                Mesh.defaults(), Timing.defaults(), Limits.defaults(), ScoreConfig.defaults(), true, false, Set.of());
    }

    /** The same with flood publishing switched on or off. */
    public GossipsubConfig withFloodPublish(boolean on) {
        return new GossipsubConfig(mesh, timing, limits, scoring, on, peerExchange, directPeers);
    }

    /**
     * The same with peer exchange switched on.
     *
     * @param trusted whose offers are taken: those peers alone are rated from the start, just so well that merit is not needed
     *     for it (v1.1, P₅ and AcceptPXThreshold)
     */
    public GossipsubConfig withPeerExchange(Set<PeerId> trusted) {
        double enough = (scoring.thresholds().exchange() + 1) / scoring.applicationWeight();
        Map<PeerId, Double> ratings = trusted.stream().collect(Collectors.toMap(peer -> peer, peer -> enough));
        return new GossipsubConfig(mesh, timing, limits, scoring.withRatings(ratings), floodPublish, true, directPeers);
    }

    /** The same with other direct peers. */
    public GossipsubConfig withDirectPeers(Set<PeerId> peers) {
        return new GossipsubConfig(mesh, timing, limits, scoring, floodPublish, peerExchange, peers);
    }

    /**
     * Degrees of a topic's mesh, in peers.
     *
     * @param d the degree wanted (D)
     * @param low below this the heartbeat grafts up to {@code d} (D_lo)
     * @param high above this the heartbeat prunes down to {@code d} (D_hi)
     * @param full at this many a GRAFT is refused, unless this host dialled the peer; no less than {@code high}, which it is
     *     in the specification
     * @param lazy the least number of peers outside the mesh that get gossip (D_lazy)
     * @param score how many peers of a mesh that is too large stay for their scores, the others by chance (D_score)
     * @param out how many mesh peers shall be ones that this host dialled (D_out; below {@code low}, at most d/2)
     * @param opportunistic how many better peers a mesh of poor ones takes in at a time
     * @param gossipFactor the share of the peers outside the mesh that get gossip, where that is more than {@code lazy}
     */
    public record Mesh(
            int d, int low, int high, int full, int lazy, int score, int out, int opportunistic, double gossipFactor) {

        public Mesh {
            if (out >= low || out > d / 2 || low > d || d > high || high > full || score > d) {
                throw new IllegalArgumentException(
                        "mesh degrees must hold out < low <= d <= high <= full, out <= d/2 and score <= d");
            }
        }

        /**
         * As the specifications recommend, but for D_hi, which is 12 there. Others' GRAFTs fill a mesh up to it: with 12 it
         * has nine peers in the mean, and a node receives more than seven copies of each message; pruned above 7, it has six,
         * and five copies. Up to 12 are let in all the same until the next heartbeat, which keeps the best: so nobody stays
         * outside because all its peers are full.
         */
        static Mesh defaults() {
            return new Mesh(6, 4, 7, 12, 6, 4, 2, 2, 0.25);
        }
    }

    /**
     * Times and windows.
     *
     * @param heartbeat between two heartbeats
     * @param fanoutTtl how long a topic that is published to but not subscribed keeps its peers
     * @param pruneBackoff how long neither side grafts again after a PRUNE
     * @param unsubscribeBackoff the same after leaving the topic
     * @param opportunisticGraft between two looks for meshes of poor peers
     * @param iwantFollowUp how long a peer has to send a message that it has told and that was asked for
     * @param seenTtl how long a message id is remembered
     * @param historyLength how many heartbeats a message stays in the cache (mcache_len)
     * @param historyGossip how many of them are gossiped about (mcache_gossip)
     */
    public record Timing(
            Duration heartbeat,
            Duration fanoutTtl,
            Duration pruneBackoff,
            Duration unsubscribeBackoff,
            Duration opportunisticGraft,
            Duration iwantFollowUp,
            Duration seenTtl,
            int historyLength,
            int historyGossip) {

        public Timing {
            if (historyGossip < 1 || historyGossip > historyLength) {
                throw new IllegalArgumentException("gossip is about 1 to historyLength windows");
            }
        }

        static Timing defaults() {
            return new Timing(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(3),
                    Duration.ofMinutes(2),
                    5,
                    3);
        }
    }

    /**
     * What a peer may ask of this router; the spam protection of v1.1 and v1.2.
     *
     * @param maxDataBytes the data of one message; a larger one is rejected
     * @param maxIhavePerHeartbeat IHAVE messages heard of one peer between two heartbeats; further ones are ignored
     * @param maxIdsPerHeartbeat message ids asked of one peer, told to it, or answered to it between two heartbeats
     * @param maxIwantBytesPerHeartbeat bytes sent to one peer for its IWANTs between two heartbeats
     * @param maxRetransmissions how often one message is sent to one peer for its IWANTs
     * @param maxIdontwantPerHeartbeat IDONTWANT messages heard of one peer, or sent to it, between two heartbeats
     * @param idontwantMinBytes the encoded size from which on mesh peers are told of a message by IDONTWANT. It costs some
     *     60 bytes a mesh peer, so it is not worth it for smaller ones
     * @param maxQueuedBytesPerPeer bytes waiting to be sent to one peer
     */
    public record Limits(
            int maxDataBytes,
            int maxIhavePerHeartbeat,
            int maxIdsPerHeartbeat,
            int maxIwantBytesPerHeartbeat,
            int maxRetransmissions,
            int maxIdontwantPerHeartbeat,
            int idontwantMinBytes,
            int maxQueuedBytesPerPeer) {

        static Limits defaults() {
            return new Limits(64 * 1024, 10, 5_000, 4 * 1024 * 1024, 3, 512, 1_024, 4 * 1024 * 1024);
        }
    }
}
