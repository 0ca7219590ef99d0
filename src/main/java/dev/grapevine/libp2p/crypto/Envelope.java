package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.libp2p.multiformats.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A signed envelope (RFC 0002): a payload, what it is, and who signed it. The signature covers a domain string too,
 * which is not in the envelope, so that what was signed for one purpose means nothing for another.
 *
 * @param key the signer's key
 * @param payloadType what the payload is: a multicodec, or a path in UTF-8
 * @param payload exact bytes as signed
 * @param signature over domain, type and payload; {@link #verify} tells whether it is right. The arrays are shared,
 *     never changed.
 */
public record Envelope(PublicKey key, byte[] payloadType, byte[] payload, byte[] signature) {

    /** Signs a payload for a domain. */
    public static Envelope seal(PrivateKey key, String domain, byte[] payloadType, byte[] payload) {
        byte[] signature = key.sign(signedBytes(domain, payloadType, payload));
        return new Envelope(key.publicKey(), payloadType, payload, signature);
    }

    /**
     * Decodes the protobuf form; does not check the signature.
     *
     * @throws MalformedException also where a field is missing
     */
    public static Envelope decode(byte[] encoded) {
        byte[] key = null;
        byte[] payloadType = null;
        byte[] payload = null;
        byte[] signature = null;
        ProtobufReader in = new ProtobufReader(encoded);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.bytes();
                case 2 -> payloadType = in.bytes();
                case 3 -> payload = in.bytes();
                case 5 -> signature = in.bytes();
                default -> in.skip();
            }
        }
        if (key == null || payloadType == null || payload == null || signature == null) {
            throw new MalformedException("signed envelope lacks a field");
        }
        return new Envelope(PublicKey.decode(key), payloadType, payload, signature);
    }

    public byte[] encode() {
        return new ProtobufWriter()
                .bytes(1, key.encoded())
                .bytes(2, payloadType)
                .bytes(3, payload)
                .bytes(5, signature)
                .toByteArray();
    }

    /** Whether the key signed this payload and type for this very domain. */
    public boolean verify(String domain) {
        return key.verify(signedBytes(domain, payloadType, payload), signature);
    }

    /** RFC 0002, section Signature Production: each of the three with its length as a varint in front. */
    private static byte[] signedBytes(String domain, byte[] payloadType, byte[] payload) {
        byte[] domainBytes = domain.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(prefixedBytes(domainBytes) + prefixedBytes(payloadType) + prefixedBytes(payload));
        for (byte[] part : new byte[][] {domainBytes, payloadType, payload}) {
            Varint.write(part.length, out);
            out.put(part);
        }
        return out.array();
    }

    private static int prefixedBytes(byte[] part) {
        return Varint.size(part.length) + part.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that
                && key.equals(that.key)
                && Arrays.equals(payloadType, that.payloadType)
                && Arrays.equals(payload, that.payload)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, Arrays.hashCode(signature));
    }

    @Override
    public String toString() {
        return "Envelope[" + new String(payloadType, StandardCharsets.UTF_8) + " of " + payload.length + " bytes by "
                + key + "]";
    }
}
