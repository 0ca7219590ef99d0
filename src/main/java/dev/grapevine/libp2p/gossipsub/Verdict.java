package dev.grapevine.libp2p.gossipsub;

/** What the application makes of a message (v1.1, Extended Validators). */
public enum Verdict {
    /** Valid: it is forwarded. */
    ACCEPT,
    /** Neither forwarded nor held against anybody: already known, too early, or no room. */
    IGNORE,
    /** Malformed or forged: not forwarded, and counted against whoever sent it. */
    REJECT
}
