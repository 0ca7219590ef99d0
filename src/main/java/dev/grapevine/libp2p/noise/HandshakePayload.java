package dev.grapevine.libp2p.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a peer says of itself in the handshake (specification noise, section The libp2p Handshake Payload).
 *
 * @param identityKey the host key, encoded
 * @param identitySignature the host key's, over the static key of Noise
 * @param streamMuxers protocols that it multiplexes by, the preferred first; of the extensions this one alone is kept
 */
record HandshakePayload(byte[] identityKey, byte[] identitySignature, List<String> streamMuxers) {

    /** Stands in front of the static key in what is signed. */
    private static final byte[] SIGNATURE_PREFIX = "noise-libp2p-static-key:".getBytes(US_ASCII);

    /** Multiplexers that are looked at; others are passed over. */
    static final int MAX_MUXERS = 16;

    static HandshakePayload of(PrivateKey hostKey, byte[] staticKey, List<String> streamMuxers) {
        return new HandshakePayload(
                hostKey.publicKey().encoded(), hostKey.sign(toSign(staticKey)), List.copyOf(streamMuxers));
    }

    /** @throws MalformedException where it is not protobuf, or a field is missing */
    static HandshakePayload decode(byte[] encoded) {
        byte[] key = {};
        byte[] signature = {};
        List<String> muxers = List.of();
        ProtobufReader in = new ProtobufReader(encoded);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.bytes();
                case 2 -> signature = in.bytes();
                case 4 -> muxers = muxers(in.bytes());
                default -> in.skip();
            }
        }
        return new HandshakePayload(key, signature, muxers);
    }

    private static List<String> muxers(byte[] extensions) {
        List<String> muxers = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(extensions);
        while (in.next()) {
            if (in.field() == 2 && muxers.size() < MAX_MUXERS) {
                muxers.add(in.string());
            } else {
                in.skip();
            }
        }
        return List.copyOf(muxers);
    }

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter().bytes(1, identityKey).bytes(2, identitySignature);
        if (!streamMuxers.isEmpty()) {
            ProtobufWriter extensions = new ProtobufWriter();
            streamMuxers.forEach(muxer -> extensions.string(2, muxer));
            out.bytes(4, extensions.toByteArray());
        }
        return out.toByteArray();
    }

    /**
     * The host key, once it is sure that it vouches for the static key.
     *
     * @throws MalformedException where it does not, or is no key
     */
    PublicKey verified(byte[] staticKey) {
        PublicKey key = PublicKey.decode(identityKey);
        if (!key.verify(toSign(staticKey), identitySignature)) {
            throw new MalformedException("the static key of Noise is not signed by the host key");
        }
        return key;
    }

    private static byte[] toSign(byte[] staticKey) {
        byte[] message = Arrays.copyOf(SIGNATURE_PREFIX, SIGNATURE_PREFIX.length + staticKey.length);
        System.arraycopy(staticKey, 0, message, SIGNATURE_PREFIX.length, staticKey.length);
        return message;
    }
}
