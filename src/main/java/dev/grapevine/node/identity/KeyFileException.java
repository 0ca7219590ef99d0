package dev.grapevine.node.identity;

/** A key file cannot be used. Says what is wrong and what the operator can do. */
final class KeyFileException extends RuntimeException {

    private final String action;

    KeyFileException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    KeyFileException(String problem, String action, Throwable cause) {
        super(problem, cause);
        this.action = action;
    }

    /** What the operator can do about it. */
    String action() {
        return action;
    }
}
