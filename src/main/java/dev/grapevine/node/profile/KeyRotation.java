package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.Envelope;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;

/**
 * What a new key signs to show that it is its holder who takes over, at this very place of this very log: the message
 * KeyRotationStatement, signed as the payload of an envelope of which only the signature travels.
 */
public final class KeyRotation {

    private static final byte[] PAYLOAD_TYPE = "/grapevine/key-rotation/1".getBytes(StandardCharsets.US_ASCII);

    private KeyRotation() {}

    /** The new key's signature for a {@link Change.KeyRotated} at this place. */
    public static byte[] sign(PrivateKey newKey, String network, IssuerId issuer, long sequence, Hash previous) {
        byte[] statement = statement(issuer, sequence, previous, newKey.publicKey());
        return Envelope.seal(newKey, domain(network), PAYLOAD_TYPE, statement).signature();
    }

    /** Whether the new key has signed the rotation that this event states. */
    static boolean verify(ProfileEvent event, Change.KeyRotated rotated, String network) {
        byte[] statement =
                statement(event.issuer(), event.sequence(), event.previous().orElseThrow(), rotated.newKey());
        return new Envelope(rotated.newKey(), PAYLOAD_TYPE, statement, rotated.newKeySignature())
                .verify(domain(network));
    }

    private static byte[] statement(IssuerId issuer, long sequence, Hash previous, PublicKey newKey) {
        return new ProtobufWriter()
                .bytes(1, issuer.inception().encoded())
                .uint64(2, sequence)
                .bytes(3, previous.bytes())
                .bytes(4, newKey.encoded())
                .toByteArray();
    }

    private static String domain(String network) {
        return "grapevine-key-rotation:" + network;
    }
}
