package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.Envelope;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The key that replaces a lost or stolen signing key. It signs nothing but a KeyRotated event that says what its holder was told it
 * says, on the holder's own machine: no node ever sees it.
 */
public final class RecoveryKey {

    private static final byte[] PAYLOAD_TYPE = "/grapevine/profile-event/1".getBytes(StandardCharsets.US_ASCII);
    private static final String DOMAIN = "grapevine-profile-event:";

    /** Fields of the message ProfileEvent, in proto/profile_event.proto. */
    private static final int ISSUER = 1;

    private static final int SEQUENCE = 2;
    private static final int PREVIOUS = 3;
    private static final int OCCURRED_AT = 4;
    private static final int KEY_ROTATED = 21;

    private final PrivateKey key;

    /** @throws KeyProblem where the file cannot be used */
    public RecoveryKey(KeyFile file) {
        this.key = file.read();
    }

    /** What an event has to say to be signed. */
    public record Order(String network, String issuer, long sequence, String newKey) {}

    /** SHA-256 of the public half, as the first event of the issuer's log has it; hexadecimal. */
    public String digest() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(key.publicKey().encoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Signs an event.
     *
     * @param payload a ProfileEvent
     * @return the envelope
     * @throws MalformedException where it says anything else than the order
     */
    public byte[] sign(Order order, byte[] payload) {
        if (!read(payload, order.network).equals(order)) {
            throw new MalformedException("the event to be signed says something else than the node has told");
        }
        return Envelope.seal(key, DOMAIN + order.network, PAYLOAD_TYPE, payload).encode();
    }

    private static Order read(byte[] payload, String network) {
        PublicKey issuer = null;
        PublicKey newKey = null;
        long sequence = 0;
        ProtobufReader in = new ProtobufReader(payload);
        while (in.next()) {
            switch (in.field()) {
                case ISSUER -> issuer = PublicKey.decode(in.bytes());
                case SEQUENCE -> sequence = in.uint64();
                case PREVIOUS, OCCURRED_AT -> in.skip();
                case KEY_ROTATED -> newKey = newKey(in.bytes());
                default -> throw new MalformedException("field " + in.field() + " is not one of a rotation");
            }
        }
        return new Order(network, did(issuer), sequence, did(newKey));
    }

    private static PublicKey newKey(byte[] keyRotated) {
        ProtobufReader in = new ProtobufReader(keyRotated);
        while (in.next()) {
            if (in.field() == 1) {
                return PublicKey.decode(in.bytes());
            }
            in.skip();
        }
        throw new MalformedException("a rotation without a key");
    }

    private static String did(@Nullable PublicKey key) {
        if (key == null) {
            throw new MalformedException("not a rotation of a key");
        }
        return DidKey.encode(key);
    }
}
