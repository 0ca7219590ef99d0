package dev.grapevine.libp2p.yamux;

/** What happens to a connection of yamux. */
sealed interface Input {

    record Received(Frame frame) implements Input {}

    /** What has arrived is not yamux. */
    record Malformed(String reason) implements Input {}

    /** The layer beneath has ended. */
    record Lost(String reason) implements Input {}

    /** Open a stream: {@link Output.Opened} or {@link Output.Refused} follows. */
    record Open() implements Input {}

    record Write(int stream, byte[] bytes) implements Input {}

    record CloseWrite(int stream) implements Input {}

    record Reset(int stream) implements Input {}

    /** The receiver of the stream has taken so many bytes of {@link Output.Data}. */
    record Taken(int stream, int bytes) implements Input {}

    /** The layer beneath has sent so many bytes of encoded frames. */
    record Flushed(int bytes) implements Input {}

    record Close() implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}
}
