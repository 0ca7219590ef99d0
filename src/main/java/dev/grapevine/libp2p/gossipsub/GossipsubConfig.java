package dev.grapevine.libp2p.gossipsub;

import java.time.Duration;

/**
 * The parameters of one gossipsub router. {@link #defaults()} holds the values that the specifications recommend.
 *
 * @param mesh how many peers a topic's mesh holds
 * @param timing how often and for how long
 * @param limits what a peer may ask of this router
 * @param floodPublish whether own messages go to every peer of the topic (v1.1, Flood Publishing), else to the mesh
 */
public record GossipsubConfig(Mesh mesh, Timing timing, Limits limits, boolean floodPublish) {

    /** What the specifications recommend (v1.0, Parameters; v1.1, Overview of New Parameters). */
    public static GossipsubConfig defaults() {
        return new GossipsubConfig(Mesh.defaults(), Timing.defaults(), Limits.defaults(), true);
    }

    /** The same with flood publishing switched on or off. */
    public GossipsubConfig withFloodPublish(boolean on) {
        return new GossipsubConfig(mesh, timing, limits, on);
    }

    /**
     * Degrees of a topic's mesh, in peers.
     *
     * @param d the degree wanted (D)
     * @param low below this the heartbeat grafts up to {@code d} (D_lo)
     * @param high above this the heartbeat prunes down to {@code d} (D_hi)
     * @param lazy the least number of peers outside the mesh that get gossip (D_lazy)
     * @param out how many mesh peers shall be ones that this host dialled (D_out; below {@code low}, at most d/2)
     * @param gossipFactor the share of the peers outside the mesh that get gossip, where that is more than {@code lazy}
     */
    public record Mesh(int d, int low, int high, int lazy, int out, double gossipFactor) {

        public Mesh {
            if (out >= low || out > d / 2 || low > d || d > high) {
                throw new IllegalArgumentException("mesh degrees must hold out < low <= d <= high and out <= d/2");
            }
        }

        static Mesh defaults() {
            return new Mesh(6, 5, 12, 6, 2, 0.25);
        }
    }

    /**
     * Times and windows.
     *
     * @param heartbeat between two heartbeats
     * @param fanoutTtl how long a topic that is published to but not subscribed keeps its peers
     * @param pruneBackoff how long neither side grafts again after a PRUNE
     * @param unsubscribeBackoff the same after leaving the topic
     * @param seenTtl how long a message id is remembered
     * @param historyLength how many heartbeats a message stays in the cache (mcache_len)
     * @param historyGossip how many of them are gossiped about (mcache_gossip)
     */
    public record Timing(
            Duration heartbeat,
            Duration fanoutTtl,
            Duration pruneBackoff,
            Duration unsubscribeBackoff,
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
                    Duration.ofMinutes(2),
                    5,
                    3);
        }
    }

    /**
     * What a peer may ask of this router; the spam protection of v1.1.
     *
     * @param maxDataBytes the data of one message; a larger one is rejected
     * @param maxIhavePerHeartbeat IHAVE messages heard of one peer between two heartbeats; further ones are ignored
     * @param maxIdsPerHeartbeat message ids asked of one peer, told to it, or answered to it between two heartbeats
     * @param maxIwantBytesPerHeartbeat bytes sent to one peer for its IWANTs between two heartbeats
     * @param maxRetransmissions how often one message is sent to one peer for its IWANTs
     * @param maxQueuedBytesPerPeer bytes waiting to be sent to one peer
     */
    public record Limits(
            int maxDataBytes,
            int maxIhavePerHeartbeat,
            int maxIdsPerHeartbeat,
            int maxIwantBytesPerHeartbeat,
            int maxRetransmissions,
            int maxQueuedBytesPerPeer) {

        static Limits defaults() {
            return new Limits(64 * 1024, 10, 5_000, 4 * 1024 * 1024, 3, 4 * 1024 * 1024);
        }
    }
}
