package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One event as gossip and catch-up carry it: the message LogEntry.
 *
 * @param event the signed event
 * @param opening what opens the event's commitment, if it travels along and the event has one
 * @param trace of the request that brought the event, for logs and spans alone; nobody vouches for it, and it is not kept
 */
public record LogEntry(SignedEvent event, Optional<Opening> opening, Optional<SpanContext> trace) {

    private static final int OVERHEAD_BYTES = 16;
    private static final int TRACE_OVERHEAD_BYTES = 2;

    /** An entry without a trace. */
    public LogEntry(SignedEvent event, Optional<Opening> opening) {
        this(event, opening, Optional.empty());
    }

    /**
     * Body and salt of one version of a profile.
     *
     * @param body the bytes as received; whether they are a valid {@link ProfileBody} is another matter
     * @param salt {@link ProfileLimits#SALT_BYTES} bytes
     */
    public record Opening(byte[] body, byte[] salt) {

        public Opening {
            if (body.length > ProfileLimits.MAX_BODY_BYTES || salt.length != ProfileLimits.SALT_BYTES) {
                throw new MalformedException("body of " + body.length + " bytes, salt of " + salt.length);
            }
        }

        public Hash commitment() {
            return Hash.commitment(salt, body);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Opening that && Arrays.equals(body, that.body) && Arrays.equals(salt, that.salt);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(salt);
        }

        @Override
        public String toString() {
            return "Opening of " + body.length + " bytes";
        }
    }

    /** @throws MalformedException where it is no entry, or beyond a limit */
    public static LogEntry decode(byte[] message) {
        byte[] envelope = null;
        byte[] body = null;
        byte[] salt = null;
        Optional<SpanContext> trace = Optional.empty();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> envelope = in.bytes();
                case 2 -> body = in.bytes();
                case 3 -> salt = in.bytes();
                case 4 -> trace = Traces.decode(in.bytes());
                default -> in.skip();
            }
        }
        if (envelope == null || (body == null) != (salt == null)) {
            throw new MalformedException("log entry without envelope, or with half of an opening");
        }
        return new LogEntry(SignedEvent.decode(envelope), opening(body, salt), trace);
    }

    private static Optional<Opening> opening(byte @Nullable [] body, byte @Nullable [] salt) {
        return body == null || salt == null ? Optional.empty() : Optional.of(new Opening(body, salt));
    }

    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter(messageBytes()).bytes(1, event.encoded());
        opening.ifPresent(opened -> out.bytes(2, opened.body()).bytes(3, opened.salt()));
        trace.ifPresent(of -> out.bytes(4, Traces.encode(of)));
        return out.toByteArray();
    }

    /** The most bytes that the entry takes inside a message. */
    public int messageBytes() {
        return event.encoded().length
                + opening.map(opened -> opened.body().length + opened.salt().length)
                        .orElse(0)
                + trace.map(of -> Traces.BYTES + TRACE_OVERHEAD_BYTES).orElse(0)
                + OVERHEAD_BYTES;
    }

    /** The same entry as part of another trace, or of none. */
    public LogEntry withTrace(Optional<SpanContext> other) {
        return trace.equals(other) ? this : new LogEntry(event, opening, other);
    }

    /** The opening, if it opens this very event's commitment. */
    public Optional<Opening> rightOpening() {
        return event.event().change() instanceof Change.Version version
                ? opening.filter(opened -> opened.commitment().equals(version.commitment()))
                : Optional.empty();
    }
}
