package dev.grapevine.libp2p.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A key with the number of its next message (Noise §5.1, cipher functions ChaChaPoly of §12.3). Not safe for several threads. */
final class CipherState {

    /** How much longer a message is encrypted. */
    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key;
    private final Cipher cipher;
    private long nonce;

    /** @param key 32 bytes */
    CipherState(byte[] key) {
        this.key = new SecretKeySpec(key, "ChaCha20");
        try {
            this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has ChaCha20-Poly1305", e);
        }
    }

    /** @param associated data that is authenticated along */
    byte[] encrypt(byte[] associated, byte[] plaintext) {
        byte[] out = new byte[plaintext.length + TAG_BYTES];
        encrypt(associated, plaintext, 0, plaintext.length, out, 0);
        return out;
    }

    /** The same of and to parts of arrays; {@link #TAG_BYTES} more than {@code length} are written. */
    void encrypt(byte[] associated, byte[] plaintext, int offset, int length, byte[] out, int outOffset) {
        try {
            init(Cipher.ENCRYPT_MODE, associated);
            cipher.doFinal(plaintext, offset, length, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a message that cannot be encrypted", e);
        }
    }

    /** @throws GeneralSecurityException where the message is not authentic */
    byte[] decrypt(byte[] associated, byte[] ciphertext) throws GeneralSecurityException {
        init(Cipher.DECRYPT_MODE, associated);
        return cipher.doFinal(ciphertext);
    }

    /** The nonce is 32 bits of zeros, then the number in little-endian (Noise §12.3). */
    private void init(int mode, byte[] associated) throws GeneralSecurityException {
        byte[] iv = ByteBuffer.allocate(NONCE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0)
                .putLong(nonce++)
                .array();
        cipher.init(mode, key, new IvParameterSpec(iv));
        cipher.updateAAD(associated);
    }
}
