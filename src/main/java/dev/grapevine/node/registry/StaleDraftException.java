package dev.grapevine.node.registry;

/** The draft's credential was signed by a key that has been rotated since. Nothing was done; it is to be made again. */
final class StaleDraftException extends RuntimeException {

    StaleDraftException() {
        super("the credential was signed by a key that is no longer in force", null, false, false);
    }
}
