package dev.grapevine.node.registry;

/**
 * What to do with a gossip message (design §4, "Gossip verdicts").
 *
 * @param kind what to do
 * @param reason why, for logs and metrics; one of few constant texts
 */
public record Verdict(Kind kind, String reason) {

    /** What gossip does with the message. */
    public enum Kind {
        /** Authentic and new: forward. */
        ACCEPT,
        /** Held already, too early, not to be judged here, or the node is overloaded: do not forward. */
        IGNORE,
        /** Malformed or forged: do not forward, and count it against the peer. */
        REJECT
    }

    static Verdict accept(String reason) {
        return new Verdict(Kind.ACCEPT, reason);
    }

    static Verdict ignore(String reason) {
        return new Verdict(Kind.IGNORE, reason);
    }

    static Verdict reject(String reason) {
        return new Verdict(Kind.REJECT, reason);
    }
}
