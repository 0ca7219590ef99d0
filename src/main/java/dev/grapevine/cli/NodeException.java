package dev.grapevine.cli;

/** A node did not answer, or answered what it should not; the message is fit to print. */
class NodeException extends RuntimeException {

    NodeException(String message) {
        super(message);
    }

    NodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
