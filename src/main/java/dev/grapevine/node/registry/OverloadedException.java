package dev.grapevine.node.registry;

/** The node has more to do than it can queue. Nothing was done; to be tried again later. */
public final class OverloadedException extends RuntimeException {
    public OverloadedException() {
        super("too much waits for the database");
    }
}
