package dev.grapevine.libp2p.multiformats;

/** Bytes or text from outside are not what their specification asks for. The message is fit for a log line. */
public final class MalformedException extends RuntimeException {

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
