package dev.grapevine.libp2p.yamux;

/** What a {@link YamuxState} wants done. */
sealed interface Output {

    record Send(Frame frame) implements Output {}

    record Opened(int stream) implements Output {}

    record Refused(String reason) implements Output {}

    /** The peer has opened a stream. */
    record Inbound(int stream) implements Output {}

    record Data(int stream, byte[] bytes) implements Output {}

    /** The peer sends nothing more on the stream. */
    record End(int stream) implements Output {}

    /** The stream is gone, and not because this side reset it. */
    record WasReset(int stream, String reason) implements Output {}

    /** Both directions of the stream have ended, and all is taken. */
    record Done(int stream) implements Output {}

    /** So many more of the bytes written to the stream have passed its flow control. */
    record Passed(int stream, int bytes) implements Output {}

    /** The connection is over, and every stream with it; nothing follows. */
    record Over(String reason) implements Output {}
}
