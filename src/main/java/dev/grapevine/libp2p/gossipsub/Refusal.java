package dev.grapevine.libp2p.gossipsub;

/** Why something that a peer sent was not taken or not answered. */
public enum Refusal {
    /** A frame, for the peer's score is below the graylist threshold. */
    GRAYLISTED,
    /** A GRAFT within the back-off. */
    GRAFT_BACKOFF,
    /** A GRAFT of a peer with a negative score. */
    GRAFT_SCORE,
    /** A GRAFT, for the mesh is full. */
    GRAFT_FULL,
    /** Peers offered with a PRUNE by one whose score does not exceed the threshold of that. */
    EXCHANGE_SCORE,
    /** A peer offered with a PRUNE, but not with a record that it has signed. */
    EXCHANGE_RECORD,
    /** A GRAFT of a direct peer, which is in no mesh. */
    GRAFT_DIRECT,
    /** A GRAFT for a topic that is not joined. */
    GRAFT_TOPIC,
    /** An IHAVE of a peer with a score below the gossip threshold. */
    IHAVE_SCORE,
    /** An IHAVE above the limit of a heartbeat. */
    IHAVE_LIMIT,
    /** An IWANT of a peer with a score below the gossip threshold. */
    IWANT_SCORE,
    /** A message asked for by IWANT, above a limit of a heartbeat or sent to the peer often enough. */
    IWANT_LIMIT,
    /** An IDONTWANT above the limit of a heartbeat. */
    IDONTWANT_LIMIT
}
