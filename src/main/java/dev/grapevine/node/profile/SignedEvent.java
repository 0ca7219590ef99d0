package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.Envelope;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An event in its signed envelope. Decoding checks the form and the limits; only {@link #verify} the signature. */
public final class SignedEvent {

    private static final byte[] PAYLOAD_TYPE = "/grapevine/profile-event/1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] encoded;
    private final Envelope envelope;
    private final ProfileEvent event;
    private @Nullable Hash hash; // made when it is asked for; if two threads ask, they make the same

    private SignedEvent(byte[] encoded, Envelope envelope, ProfileEvent event) {
        this.encoded = encoded;
        this.envelope = envelope;
        this.event = event;
    }

    /**
     * Decodes an envelope as it was received.
     *
     * @throws MalformedException where it is longer than {@link ProfileLimits#MAX_EVENT_BYTES}, or no event
     */
    public static SignedEvent decode(byte[] encoded) {
        if (encoded.length > ProfileLimits.MAX_EVENT_BYTES) {
            throw new MalformedException("event of " + encoded.length + " bytes");
        }
        Envelope envelope = Envelope.decode(encoded);
        if (!Arrays.equals(envelope.payloadType(), PAYLOAD_TYPE)) {
            throw new MalformedException("envelope of another payload type");
        }
        return new SignedEvent(encoded, envelope, ProfileEvent.decode(envelope.payload()));
    }

    /** Signs an event of our own. */
    public static SignedEvent sign(ProfileEvent event, PrivateKey key, String network) {
        return sign(event, event.encode(), key, network);
    }

    /** As {@link #sign(ProfileEvent, PrivateKey, String)}, for whoever needed the event's encoded form before. */
    public static SignedEvent sign(ProfileEvent event, byte[] payload, PrivateKey key, String network) {
        Envelope envelope = Envelope.seal(key, domain(network), PAYLOAD_TYPE, payload);
        return new SignedEvent(envelope.encode(), envelope, event);
    }

    private static String domain(String network) {
        return "grapevine-profile-event:" + network;
    }

    /** Whether the envelope is rightly signed by the key that it names, for this network. */
    boolean verify(String network) {
        return envelope.verify(domain(network));
    }

    /** The envelope's bytes as received; not to be changed. */
    public byte[] encoded() {
        return encoded;
    }

    /** The key that the envelope names as its signer. */
    public PublicKey signer() {
        return envelope.key();
    }

    public ProfileEvent event() {
        return event;
    }

    public IssuerId issuer() {
        return event.issuer();
    }

    public long sequence() {
        return event.sequence();
    }

    /** sha-256 of the payload as received; what the next event names as its previous. */
    public Hash hash() {
        Hash known = hash;
        if (known == null) {
            known = Hash.of(envelope.payload());
            hash = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "event " + event.sequence() + " of " + event.issuer().did() + " (" + hash() + ")";
    }
}
