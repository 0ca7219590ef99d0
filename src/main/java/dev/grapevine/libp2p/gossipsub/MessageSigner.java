package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Makes this host's own messages: numbered and signed (pubsub, StrictSign, on the producing side). Thread-safe. */
final class MessageSigner {

    private static final byte[] NO_KEY = {};

    private final PrivateKey key;
    private final byte[] from;
    private final AtomicLong seqno;

    /** @param start the sequence numbers begin at its nanoseconds since 1970, so that they go on rising after a restart */
    MessageSigner(PrivateKey key, Instant start) {
        this.key = key;
        this.from = PeerId.of(key.publicKey()).bytes();
        this.seqno = new AtomicLong(start.getEpochSecond() * 1_000_000_000 + start.getNano());
    }

    /** The peer id holds our Ed25519 key, so {@code key} is left out. */
    Message sign(String topic, byte[] data) {
        byte[] number =
                ByteBuffer.allocate(Long.BYTES).putLong(seqno.getAndIncrement()).array();
        Message unsigned = Codec.message(from, data, number, topic, NO_KEY, NO_KEY);
        byte[] signature = key.sign(StrictSign.signedBytes(unsigned.encoded()));
        return Codec.message(from, data, number, topic, signature, NO_KEY);
    }
}
