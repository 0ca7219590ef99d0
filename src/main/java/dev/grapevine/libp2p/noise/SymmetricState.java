package dev.grapevine.libp2p.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What a handshake has mixed so far: a chaining key and a hash (Noise §5.2, hash functions SHA256 of §12.5). */
final class SymmetricState {

    private static final String HMAC = "HmacSHA256";

    private final MessageDigest sha256;
    private byte[] chainingKey;
    private byte[] hash;
    private @Nullable CipherState cipher;

    /** @param protocolName of 32 ASCII characters at most, as the one of libp2p */
    SymmetricState(String protocolName) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        hash = Arrays.copyOf(protocolName.getBytes(US_ASCII), sha256.getDigestLength());
        chainingKey = hash;
    }

    void mixHash(byte[] data) {
        sha256.update(hash);
        hash = sha256.digest(data);
    }

    void mixKey(byte[] inputKey) {
        byte[][] outputs = hkdf(inputKey);
        chainingKey = outputs[0];
        cipher = new CipherState(outputs[1]);
    }

    /** Encrypts, once there is a key, and mixes what results into the hash. */
    byte[] encryptAndHash(byte[] plaintext) {
        byte[] ciphertext = cipher == null ? plaintext : cipher.encrypt(hash, plaintext);
        mixHash(ciphertext);
        return ciphertext;
    }

    byte[] decryptAndHash(byte[] ciphertext) throws GeneralSecurityException {
        byte[] plaintext = cipher == null ? ciphertext : cipher.decrypt(hash, ciphertext);
        mixHash(ciphertext);
        return plaintext;
    }

    /** Bytes by which what is encrypted now is longer. */
    int tagBytes() {
        return cipher == null ? 0 : CipherState.TAG_BYTES;
    }

    /** The two ciphers that follow the handshake: the initiator's for sending, then the responder's. */
    CipherState[] split() {
        byte[][] keys = hkdf(new byte[0]);
        return new CipherState[] {new CipherState(keys[0]), new CipherState(keys[1])};
    }

    /** The handshake hash (Noise §11.2). */
    byte[] hash() {
        return hash.clone();
    }

    /** HKDF with two outputs (Noise §4.3). */
    private byte[][] hkdf(byte[] inputKey) {
        byte[] temporary = hmac(chainingKey, inputKey);
        byte[] first = hmac(temporary, new byte[] {1});
        byte[] second = Arrays.copyOf(first, first.length + 1);
        second[first.length] = 2;
        return new byte[][] {first, hmac(temporary, second)};
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
