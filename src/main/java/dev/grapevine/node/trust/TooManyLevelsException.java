package dev.grapevine.node.trust;

/** There is something said of {@link Trust#MAX_LEVELS} issuers already. */
public final class TooManyLevelsException extends RuntimeException {

    public TooManyLevelsException() {
        super(Trust.MAX_LEVELS + " issuers are trusted or blocked already");
    }
}
