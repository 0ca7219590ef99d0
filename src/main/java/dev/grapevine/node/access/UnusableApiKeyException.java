package dev.grapevine.node.access;

/** The configured API key is too short, too long, or cannot be sent as a bearer token. The message does not repeat it. */
final class UnusableApiKeyException extends RuntimeException {

    UnusableApiKeyException() {
        super("GRAPEVINE_API_KEY is not %d to %d characters out of A-Z a-z 0-9 . _ ~ + / and -."
                .formatted(ApiKey.MIN_LENGTH, ApiKey.MAX_LENGTH));
    }
}
