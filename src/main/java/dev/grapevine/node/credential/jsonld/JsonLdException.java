package dev.grapevine.node.credential.jsonld;

/** Says why a document cannot be processed as JSON-LD; the message is for people. */
public final class JsonLdException extends RuntimeException {

    private final Reason reason;

    /** What is wrong with a document. */
    public enum Reason {
        /** It names a context that is not part of Grapevine, or one of its own says what none may say. */
        CONTEXT,
        /** Something of it would be lost on the way to RDF, so no signature would cover it (Data Integrity section 2.4.3). */
        DATA_LOSS,
        /** It is no JSON-LD, or takes more work than any honest document does. */
        INVALID
    }

    JsonLdException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    JsonLdException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
