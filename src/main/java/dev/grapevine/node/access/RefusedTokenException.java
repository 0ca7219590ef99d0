package dev.grapevine.node.access;

import java.time.Instant;
import org.springframework.security.core.AuthenticationException;

/** What was sent as a bearer token opens nothing. The message is for the caller: it says of a key only what its holder may know. */
final class RefusedTokenException extends AuthenticationException {

    private RefusedTokenException(String detail) {
        super(detail);
    }

    static RefusedTokenException malformed() {
        return new RefusedTokenException("The Authorization header is not of the form: Bearer <key>.");
    }

    static RefusedTokenException unknown() {
        return new RefusedTokenException("The API key is not known here.");
    }

    static RefusedTokenException expired(ApiKey key) {
        return new RefusedTokenException("The API key " + key.id() + " expired at " + key.expires() + ".");
    }

    static RefusedTokenException revoked(ApiKey key, Instant at) {
        return new RefusedTokenException("The API key " + key.id() + " was revoked at " + at + ".");
    }

    /** A token of the identity provider, and what is wrong with it. */
    static RefusedTokenException token(String reason) {
        return new RefusedTokenException("The token is not valid: " + reason);
    }
}
