package dev.grapevine.libp2p.swarm;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The bytes of a stream whose protocol is to be agreed on, cut into pieces, as either side takes them. */
public final class FuzzedNegotiation {

    private static final List<String> PROTOCOLS = List.of("/a/1", "/b/1");

    private FuzzedNegotiation() {}

    /** @param bytes the first is the length of the pieces */
    public static void take(byte[] bytes) {
        take(bytes, new Negotiation.Initiator(PROTOCOLS));
        take(bytes, new Negotiation.Responder(Set.copyOf(PROTOCOLS)));
    }

    private static void take(byte[] bytes, Negotiation negotiation) {
        FrameReader frames = new FrameReader(Negotiation.MAX_MESSAGE_BYTES);
        boolean over = false;
        int piece = bytes.length == 0 ? 1 : Math.max(1, bytes[0] & 0xff);
        negotiation.start();
        for (int from = 1; from < bytes.length && !over; from += piece) {
            frames.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
            for (byte[] frame = frames.next(); frame != null && !over; frame = frames.next()) {
                over = negotiation.message(frame).stream().anyMatch(step -> !(step instanceof Negotiation.Step.Send));
            }
        }
    }
}
