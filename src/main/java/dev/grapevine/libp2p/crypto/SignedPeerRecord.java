package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.List;

/**
 * A peer record that its peer has signed, so that whoever passes it on can neither forge nor change it (RFC 0003,
 * "Certification / Verification"). There is none whose signature is wrong.
 *
 * <p>Domain and payload type are those of go-libp2p, js-libp2p and rust-libp2p, which are the name and the code of
 * libp2p-peer-record in the multicodec table. The RFC's own text is older, and no program speaks it any more.
 */
public final class SignedPeerRecord {

    /** The longest envelope taken. */
    public static final int MAX_BYTES = 8 * 1024;

    private static final String DOMAIN = "libp2p-peer-record";
    private static final byte[] PAYLOAD_TYPE = {0x03, 0x01};

    private final PeerRecord record;
    private final byte[] envelope;

    private SignedPeerRecord(PeerRecord record, byte[] envelope) {
        this.record = record;
        this.envelope = envelope;
    }

    /** Signs a record of one's own. */
    public static SignedPeerRecord sign(PrivateKey key, long seq, List<Multiaddr> addresses) {
        PeerRecord record = new PeerRecord(PeerId.of(key.publicKey()), seq, addresses);
        return new SignedPeerRecord(
                record,
                Envelope.seal(key, DOMAIN, PAYLOAD_TYPE, record.encode()).encode());
    }

    /**
     * Opens an envelope.
     *
     * @throws MalformedException where it is none, is too long, holds something else, or was not signed by the very peer
     *     that the record names
     */
    public static SignedPeerRecord decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException("a signed peer record of " + bytes.length + " bytes");
        }
        Envelope envelope = Envelope.decode(bytes);
        if (!Arrays.equals(envelope.payloadType(), PAYLOAD_TYPE)) {
            throw new MalformedException("a signed envelope, but of no peer record");
        }
        if (!envelope.verify(DOMAIN)) {
            throw new MalformedException("the signature of a peer record is wrong");
        }
        PeerRecord record = PeerRecord.decode(envelope.payload());
        if (!record.peer().equals(PeerId.of(envelope.key()))) {
            throw new MalformedException("a peer record of " + record.peer() + " is signed by another");
        }
        return new SignedPeerRecord(record, bytes.clone());
    }

    public PeerRecord record() {
        return record;
    }

    /** The envelope, exactly as it was signed. */
    public byte[] encoded() {
        return envelope.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedPeerRecord that && Arrays.equals(envelope, that.envelope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(envelope);
    }

    @Override
    public String toString() {
        return "Signed" + record;
    }
}
