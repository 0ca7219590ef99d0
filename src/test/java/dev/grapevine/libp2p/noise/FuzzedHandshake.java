package dev.grapevine.libp2p.noise;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.crypto.PrivateKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** The payload of a handshake, and the messages of one as either side takes them: whoever has not done it is nobody. */
public final class FuzzedHandshake {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Handshake.Identity IDENTITY =
            Handshake.Identity.of(PrivateKey.ofSeed(new byte[32]), List.of("/yamux/1.0.0"), RANDOM);

    private FuzzedHandshake() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                bytes -> Property.comesBack(bytes, HandshakePayload::decode, HandshakePayload::encode),
                bytes -> HandshakePayload.decode(bytes).verified(new byte[X25519.BYTES]),
                bytes -> messages(bytes, false),
                bytes -> messages(bytes, true));
    }

    /** @param bytes messages behind their lengths, in pieces of as many bytes as the first says */
    private static void messages(byte[] bytes, boolean initiator) {
        try {
            Handshake handshake = new Handshake(initiator, IDENTITY, null, RANDOM);
            if (initiator) {
                handshake.start();
            }
            MessageReader reader = new MessageReader();
            int piece = bytes.length == 0 ? 1 : Math.max(1, bytes[0] & 0xff);
            for (int from = 1; from < bytes.length; from += piece) {
                reader.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
                for (byte[] message = reader.next(4096); message != null; message = reader.next(4096)) {
                    Property.holds(handshake.message(message).session() == null, "a handshake takes a key");
                }
            }
        } catch (GeneralSecurityException | IOException refused) {
            // as it may
        }
    }
}
