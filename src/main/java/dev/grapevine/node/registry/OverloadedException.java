package dev.grapevine.node.registry;

/** The node has more to write than it can queue. Nothing was done; to be tried again later. */
public final class OverloadedException extends RuntimeException {
    OverloadedException() {
        super("too many changes wait for the database");
    }
}
