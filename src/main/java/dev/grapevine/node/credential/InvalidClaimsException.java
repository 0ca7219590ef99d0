package dev.grapevine.node.credential;

/** No credential can be made of what was asked for. The message is fit for whoever asked. */
public final class InvalidClaimsException extends RuntimeException {

    private final String property;

    InvalidClaimsException(String property, String message) {
        super(property + ": " + message);
        this.property = property;
    }

    /** The property at fault, as a path such as {@code claims.username}. */
    public String property() {
        return property;
    }
}
