package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.crypto.PublicKey.KeyMessage;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An Ed25519 private key. Safe for use by several threads. Its text form shows the public key alone. */
public final class PrivateKey {

    private final byte[] seed;
    private final PublicKey publicKey;
    private final java.security.PrivateKey signingKey;

    /** Idle ones; there are as many as threads have ever signed at the same time. */
    private final Queue<Signature> signers = new ConcurrentLinkedQueue<>();

    private PrivateKey(byte[] seed) {
        if (seed.length != Ed25519.KEY_BYTES) {
            throw new MalformedException("Ed25519 private key of " + seed.length + " bytes");
        }
        this.seed = seed;
        publicKey = PublicKey.ed25519(Ed25519.publicKey(seed));
        signingKey = Ed25519.signingKey(seed);
    }

    /** Makes a new key. */
    public static PrivateKey generate(SecureRandom random) {
        byte[] seed = new byte[Ed25519.KEY_BYTES];
        random.nextBytes(seed);
        return new PrivateKey(seed);
    }

    /** The key of a seed of 32 bytes (the private key of RFC 8032). */
    public static PrivateKey ofSeed(byte[] seed) {
        return new PrivateKey(seed.clone());
    }

    /**
     * Decodes the protobuf form.
     *
     * @throws MalformedException where it is none, is not Ed25519, or carries a public key that is not the seed's
     */
    public static PrivateKey decode(byte[] encoded) {
        KeyMessage message = KeyMessage.decode(encoded);
        if (message.type() != KeyType.ED25519) {
            throw new MalformedException("not an Ed25519 private key: " + message.type());
        }
        // seed and public key; the older form has the public key twice (peer-ids, section Ed25519)
        byte[] data = message.data();
        if (data.length != 2 * Ed25519.KEY_BYTES && data.length != 3 * Ed25519.KEY_BYTES) {
            throw new MalformedException("Ed25519 private key of " + data.length + " bytes");
        }
        PrivateKey key = new PrivateKey(Arrays.copyOf(data, Ed25519.KEY_BYTES));
        for (int offset = Ed25519.KEY_BYTES; offset < data.length; offset += Ed25519.KEY_BYTES) {
            byte[] copy = Arrays.copyOfRange(data, offset, offset + Ed25519.KEY_BYTES);
            if (!PublicKey.ed25519(copy).equals(key.publicKey)) {
                throw new MalformedException("private key carries a public key of another");
            }
        }
        return key;
    }

    /** The 32 secret bytes. */
    public byte[] seed() {
        return seed.clone();
    }

    /** The protobuf form: as secret as the seed. */
    public byte[] encoded() {
        byte[] data = Arrays.copyOf(seed, 2 * Ed25519.KEY_BYTES);
        System.arraycopy(publicKey.raw(), 0, data, Ed25519.KEY_BYTES, Ed25519.KEY_BYTES);
        return new KeyMessage(KeyType.ED25519, data).encode();
    }

    /** Signs data. @return 64 bytes */
    public byte[] sign(byte[] data) {
        Signature idle = signers.poll();
        Signature signer = idle == null ? Ed25519.signer(signingKey) : idle;
        byte[] signature = Ed25519.sign(signer, data);
        signers.add(signer);
        return signature;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public String toString() {
        return "PrivateKey of " + publicKey;
    }
}
