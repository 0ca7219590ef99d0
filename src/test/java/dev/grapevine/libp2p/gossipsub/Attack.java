package dev.grapevine.libp2p.gossipsub;

/** What a hostile node of a simulation does beside, or instead of, what it should. */
enum Attack {
    /** Sends forged messages to all its peers. */
    SPAM,
    /** Grafts again whoever has pruned it, with every heartbeat. */
    EARLY_GRAFT,
    /** Asks for whatever it has heard of, again and again. */
    IWANT_FLOOD,
    /** Tells of messages that there are not. */
    FALSE_IHAVE,
    /** Takes part in the mesh and forwards nothing. */
    WITHHOLD,
    /** Grafts whomever it is connected to, whatever they say, and forwards nothing. */
    ECLIPSE,
    /** Is only slow: what it sends takes two seconds longer. */
    SLOW
}
