package dev.grapevine.libp2p.yamux;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What arrives on a connection of yamux, cut into pieces, as the side that was dialled takes it; it reads half of it. */
public final class FuzzedConnection {

    /** Small enough for an input to go beyond its limits. */
    private static final YamuxConfig CONFIG =
            new YamuxConfig(8, 8, YamuxConfig.INITIAL_WINDOW_BYTES, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000);

    /** Less than half a header; with smaller ones it is the pieces that cost. */
    private static final int MIN_PIECE_BYTES = 5;

    private final FrameDecoder decoder = new FrameDecoder();
    private final YamuxState state = new YamuxState(CONFIG, false, 0);
    private final Map<Integer, Integer> unread = new HashMap<>();
    private boolean over;

    private FuzzedConnection() {}

    /** @param bytes the first is the length of the pieces */
    public static void take(byte[] bytes) {
        FuzzedConnection connection = new FuzzedConnection();
        int piece = bytes.length == 0 ? MIN_PIECE_BYTES : Math.max(MIN_PIECE_BYTES, bytes[0] & 0xff);
        for (int from = 1; from < bytes.length && !connection.over; from += piece) {
            connection.received(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)), from);
        }
    }

    private void received(byte[] bytes, long nowMillis) {
        decoder.add(bytes);
        try {
            for (Frame frame = decoder.next(); frame != null && !over; frame = decoder.next()) {
                roundTrip(frame);
                apply(state.handle(new Input.Received(frame), nowMillis), nowMillis);
            }
        } catch (MalformedException e) {
            apply(state.handle(new Input.Malformed(e.getMessage()), nowMillis), nowMillis);
            Property.holds(over, "what is no yamux ends the connection");
        }
        apply(state.handle(new Input.Tick(), nowMillis), nowMillis);
    }

    private void apply(List<Output> outputs, long nowMillis) {
        for (Output output : outputs) {
            switch (output) {
                case Output.Send send -> roundTrip(send.frame());
                case Output.Data data -> read(data, nowMillis);
                case Output.Inbound inbound ->
                    apply(state.handle(new Input.Write(inbound.stream(), new byte[100]), nowMillis), nowMillis);
                case Output.WasReset reset -> unread.remove(reset.stream());
                case Output.Over ended -> over = true;
                default -> {}
            }
        }
        Property.holds(state.streamCount() <= CONFIG.maxInboundStreams(), "streams are bounded");
        Property.holds(
                unread.values().stream().mapToInt(bytes -> bytes).sum() <= CONFIG.maxUnreadBytes(),
                "what waits is bounded");
        Property.holds(!over || state.streamCount() == 0, "nothing is left of what is over");
    }

    /** Every other stream is read at once, the rest never. */
    private void read(Output.Data data, long nowMillis) {
        if (data.stream() % 4 == 1) {
            apply(state.handle(new Input.Taken(data.stream(), data.bytes().length), nowMillis), nowMillis);
        } else {
            unread.merge(data.stream(), data.bytes().length, Integer::sum);
        }
    }

    private static void roundTrip(Frame frame) {
        byte[] encoded = frame.encode();
        FrameDecoder again = new FrameDecoder();
        again.add(encoded);
        Frame back = again.next();
        Property.holds(back != null && Arrays.equals(encoded, back.encode()), "a frame comes back");
    }
}
