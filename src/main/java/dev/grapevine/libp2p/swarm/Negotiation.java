package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * multistream-select 1.0: how two peers agree on a stream's protocol. Pure: messages in, steps out. A message is a line
 * of UTF-8 behind its length; the length is the {@link FrameReader}'s business.
 */
sealed interface Negotiation {

    /** The longest message taken, its newline counted, its length prefix not. */
    int MAX_MESSAGE_BYTES = 1024;

    /** How many proposals an initiator may make before the responder gives up. */
    int MAX_PROPOSALS = 64;

    String HEADER = "/multistream/1.0.0";
    String NOT_AVAILABLE = "na";
    String LIST = "ls";

    /** What to do next. After {@link Agreed}, {@link Unsupported} and {@link Failed} there is no more. */
    sealed interface Step {

        /** Send these bytes. */
        record Send(byte[] bytes) implements Step {}

        /** Both sides speak this protocol from here on. */
        record Agreed(String protocol) implements Step {}

        /** The peer speaks none of the protocols; give the stream up. */
        record Unsupported(List<String> protocols) implements Step {}

        /** Give the stream up. */
        record Failed(String reason) implements Step {}
    }

    /** To be done before anything arrives. */
    List<Step> start();

    /** What follows from one message of the peer. */
    List<Step> message(byte[] message);

    /** One message with its length and newline. */
    static byte[] encode(String line) {
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Varint.size(text.length + 1L) + text.length + 1);
        Varint.write(text.length + 1L, bytes);
        return bytes.put(text).put((byte) '\n').array();
    }

    /** The line that a message holds, or null where it holds none. */
    private static @Nullable String line(byte[] message) {
        if (message.length == 0 || message[message.length - 1] != '\n') {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message, 0, message.length - 1))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The side that opened the stream: proposes protocols, the preferred first. */
    final class Initiator implements Negotiation {

        private final List<String> protocols;
        private int proposed;
        private boolean headerSeen;

        /** @param protocols in order of preference, at least one */
        Initiator(List<String> protocols) {
            this.protocols = List.copyOf(protocols);
        }

        /** Header and first proposal go in one packet (multistream-select, "Protocol Selection"). */
        @Override
        public List<Step> start() {
            return List.of(new Step.Send(encode(HEADER)), new Step.Send(encode(protocols.getFirst())));
        }

        @Override
        public List<Step> message(byte[] message) {
            String line = line(message);
            if (!headerSeen) {
                headerSeen = true;
                return HEADER.equals(line)
                        ? List.of()
                        : List.of(new Step.Failed("the peer speaks no multistream-select"));
            }
            if (line != null && protocols.get(proposed).equals(line)) {
                return List.of(new Step.Agreed(line));
            }
            if (!NOT_AVAILABLE.equals(line)) {
                return List.of(new Step.Failed("the peer answers a proposal with something else"));
            }
            if (++proposed == protocols.size()) {
                return List.of(new Step.Unsupported(protocols));
            }
            return List.of(new Step.Send(encode(protocols.get(proposed))));
        }
    }

    /** The side that the stream was opened to: agrees to what it speaks. */
    final class Responder implements Negotiation {

        private final Collection<String> spoken;
        private int proposals;
        private boolean headerSeen;

        /** @param spoken read at every proposal */
        Responder(Collection<String> spoken) {
            this.spoken = spoken;
        }

        @Override
        public List<Step> start() {
            return List.of();
        }

        @Override
        public List<Step> message(byte[] message) {
            String line = line(message);
            if (!headerSeen) {
                headerSeen = true;
                return HEADER.equals(line)
                        ? List.of(new Step.Send(encode(HEADER)))
                        : List.of(new Step.Failed("the peer speaks no multistream-select"));
            }
            if (line == null) {
                return List.of(new Step.Failed("the peer's proposal is no line of text"));
            }
            if (++proposals > MAX_PROPOSALS) {
                return List.of(new Step.Failed("the peer proposes more than " + MAX_PROPOSALS + " times"));
            }
            if (line.equals(LIST)) {
                return List.of(new Step.Send(list()));
            }
            if (!spoken.contains(line)) {
                return List.of(new Step.Send(encode(NOT_AVAILABLE)));
            }
            List<Step> steps = new ArrayList<>();
            steps.add(new Step.Send(encode(line)));
            steps.add(new Step.Agreed(line));
            return steps;
        }

        /** Every protocol as a message inside the message, and a newline (multistream-select, "ls example in detail"). */
        private byte[] list() {
            ByteArrayOutputStream protocols = new ByteArrayOutputStream();
            spoken.forEach(protocol -> protocols.writeBytes(encode(protocol)));
            protocols.write('\n');
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(Varint.encode(protocols.size()));
            message.writeBytes(protocols.toByteArray());
            return message.toByteArray();
        }
    }
}
