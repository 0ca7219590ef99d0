package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;

/** This node's issuer has forked its log: nothing can be published until the recovery key has said which branch stands. */
public final class LogForkedException extends RuntimeException {

    private final long sequence;

    LogForkedException(IssuerId issuer, long sequence) {
        super("the log of " + issuer.did() + " is forked at event " + sequence);
        this.sequence = sequence;
    }

    /** The first sequence at which there are two events. */
    public long sequence() {
        return sequence;
    }
}
