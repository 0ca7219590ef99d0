package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** The signature policy StrictSign, on the consuming side (pubsub, Message Signing). */
final class StrictSign {

    private static final byte[] PREFIX = "libp2p-pubsub:".getBytes(US_ASCII);
    private static final int SIGNATURE_FIELD = 5;
    private static final int KEY_FIELD = 6;

    private StrictSign() {}

    /** Whether everything is there that StrictSign demands, and the author is a peer id. */
    static boolean isComplete(Message message) {
        if (message.seqno().length != Long.BYTES
                || message.signature().length == 0
                || message.topic().isEmpty()) {
            return false;
        }
        try {
            PeerId.decode(message.from());
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    /** Whether the author has signed the message. Costs a signature check. */
    static boolean verify(Message message) {
        try {
            PeerId author = PeerId.decode(message.from());
            Optional<PublicKey> key = authorKey(author, message.key());
            return key.isPresent() && key.get().verify(signedBytes(message.encoded()), message.signature());
        } catch (MalformedException e) {
            return false;
        }
    }

    /** The key in the message, which must match the author, else the one in the author's peer id. */
    private static Optional<PublicKey> authorKey(PeerId author, byte[] encodedKey) {
        if (encodedKey.length == 0) {
            return author.publicKey();
        }
        return Optional.of(PublicKey.decode(encodedKey))
                .filter(key -> PeerId.of(key).equals(author));
    }

    /**
     * What is signed: a prefix, and the message as it was encoded but for {@code signature} and {@code key}. (The
     * specification excludes the signature alone; all implementations sign before they set the key.)
     *
     * @throws MalformedException where it is no protobuf
     */
    static byte[] signedBytes(byte[] encoded) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream(PREFIX.length + encoded.length);
        signed.writeBytes(PREFIX);
        ProtobufReader in = new ProtobufReader(encoded);
        int start = 0;
        while (in.next()) {
            in.skip();
            int end = in.position();
            if (in.field() != SIGNATURE_FIELD && in.field() != KEY_FIELD) {
                signed.write(encoded, start, end - start);
            }
            start = end;
        }
        return signed.toByteArray();
    }
}
