package dev.grapevine.node.storage;

/** The node cannot start because of its database or its data directory; says what is wrong and what the operator can do. */
final class StorageException extends RuntimeException {

    private final String action;

    /**
     * @param problem what is wrong, without any secret
     * @param action what the operator can do about it
     */
    StorageException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    StorageException(String problem, String action, Throwable cause) {
        super(problem, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
