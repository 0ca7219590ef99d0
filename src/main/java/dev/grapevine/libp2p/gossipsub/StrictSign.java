package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The signature policy StrictSign, on the consuming side (pubsub, Message Signing). It remembers the keys of the authors
 * heard last, for checking a key costs twice what checking a signature does. Not thread-safe.
 */
final class StrictSign {

    static final int MAX_AUTHORS = 1_024;

    private static final byte[] PREFIX = "libp2p-pubsub:".getBytes(US_ASCII);
    private static final int SIGNATURE_FIELD = 5;
    private static final int KEY_FIELD = 6;

    /** By the message's {@code from}, least recently heard first. */
    private final SequencedMap<ByteBuffer, PeerId> authors = new LinkedHashMap<>(16, 0.75f, true);

    /** The author, if everything is there that StrictSign demands, and the author is a peer id. */
    static Optional<PeerId> authorIfComplete(Message message) {
        if (message.seqno().length != Long.BYTES
                || message.signature().length == 0
                || message.topic().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PeerId.decode(message.from()));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** Whether the author has signed the message. Costs a signature check. */
    boolean verify(Message message) {
        try {
            Optional<PublicKey> key = authorKey(author(message.from()), message.key());
            return key.isPresent() && key.get().verify(signedBytes(message.encoded()), message.signature());
        } catch (MalformedException e) {
            return false;
        }
    }

    private PeerId author(byte[] from) {
        PeerId author = authors.computeIfAbsent(ByteBuffer.wrap(from), key -> PeerId.decode(from));
        if (authors.size() > MAX_AUTHORS) {
            authors.pollFirstEntry();
        }
        return author;
    }

    /** The key in the author's peer id, else the one in the message; a key in the message must match the author. */
    private static Optional<PublicKey> authorKey(PeerId author, byte[] encodedKey) {
        if (encodedKey.length == 0) {
            return author.publicKey();
        }
        PublicKey given = PublicKey.decode(encodedKey);
        return PeerId.of(given).equals(author) ? author.publicKey().or(() -> Optional.of(given)) : Optional.empty();
    }

    int authors() {
        return authors.size();
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
