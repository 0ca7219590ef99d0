package dev.grapevine.node.credential.jsonld;

/** Of what {@link CompactedWriter} leaves to the library: that it is wrong, or merely rare. */
final class UnusualException extends RuntimeException {

    UnusualException() {
        super(null, null, false, false);
    }
}
