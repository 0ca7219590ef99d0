package dev.grapevine.libp2p.gossipsub;

/** What a peer's score lets it do (v1.1, Score Thresholds), from everything to nothing. */
public enum Standing {
    /** It may be in the mesh. */
    GOOD,
    /** In no mesh: it gets gossip and own messages, and is heard. */
    UNMESHED,
    /** No gossip goes to it or is taken from it, either. */
    UNGOSSIPED,
    /** Own messages do not go to it, either. */
    UNPUBLISHED,
    /** Its frames are ignored. */
    GRAYLISTED
}
