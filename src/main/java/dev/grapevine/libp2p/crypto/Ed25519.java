package dev.grapevine.libp2p.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ed25519 (RFC 8032) by the fastest {@link CryptoProvider}.
 *
 * <p>RFC 8032 leaves some crafted signatures to the implementation's taste (points of small order, cofactored or
 * cofactorless equation). All nodes must agree on every signature, so this class refuses whatever the two providers
 * could judge differently: public keys outside the group of prime order, the neutral element as R, and, where Bouncy
 * Castle verifies, an R outside that group, which the equation of the other provider refuses by itself.
 */
final class Ed25519 {

    static final int KEY_BYTES = 32;
    static final int SIGNATURE_BYTES = 64;

    private static final Provider PROVIDER = CryptoProvider.fastest();

    /** What precedes the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4) and in a PKCS #8 key (section 7). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final byte[] PKCS8_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    /** To check that a key is in the group takes longer than to verify a signature; this many are remembered. */
    static final int MAX_CACHED_VERIFIERS = 1024;

    private static final Map<ByteBuffer, Verifier> VERIFIERS =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Verifier> eldest) {
                    return size() > MAX_CACHED_VERIFIERS;
                }
            });

    private static final byte[] NEUTRAL_ELEMENT = new byte[KEY_BYTES];

    static {
        NEUTRAL_ELEMENT[0] = 1;
    }

    private Ed25519() {}

    static int cachedVerifiers() {
        return VERIFIERS.size();
    }

    static byte[] publicKey(byte[] seed) {
        byte[] publicKey = new byte[KEY_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    /** The key as Java's own object, which either provider takes. */
    static PrivateKey signingKey(byte[] seed) {
        try {
            return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8_PREFIX, seed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 refuses a private key of 32 bytes", e);
        }
    }

    /** Signs with one key, again and again, for one thread at a time: to be given the key costs a provider as much as to sign. */
    static Signature signer(PrivateKey key) {
        return signer(PROVIDER, key);
    }

    static Signature signer(Provider provider, PrivateKey key) {
        try {
            Signature signer = Signature.getInstance("Ed25519", provider);
            signer.initSign(key);
            return signer;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 refuses its own private key", e);
        }
    }

    static byte[] sign(Signature signer, byte[] data) {
        try {
            signer.update(data);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 fails to sign", e);
        }
    }

    /** The verifier of a public key; the ones used last are kept, for their keys come again in message after message. */
    static Verifier verifier(byte[] publicKey) throws GeneralSecurityException {
        ByteBuffer key = ByteBuffer.wrap(publicKey);
        Verifier verifier = VERIFIERS.get(key);
        if (verifier == null) {
            verifier = verifier(PROVIDER, publicKey);
            VERIFIERS.put(key, verifier);
        }
        return verifier;
    }

    static Verifier verifier(Provider provider, byte[] publicKey) throws GeneralSecurityException {
        if (!isInPrimeOrderGroup(publicKey)) {
            return Verifier.NONE;
        }
        java.security.PublicKey key =
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(join(X509_PREFIX, publicKey)));
        boolean checksR = provider instanceof AmazonCorrettoCryptoProvider;
        return (data, signature) -> {
            if (signature.length != SIGNATURE_BYTES
                    || Arrays.equals(signature, 0, KEY_BYTES, NEUTRAL_ELEMENT, 0, KEY_BYTES)
                    || (!checksR && !isInPrimeOrderGroup(signature))) {
                return false;
            }
            Signature check = Signature.getInstance("Ed25519", provider);
            check.initVerify(key);
            check.update(data);
            return check.verify(signature);
        };
    }

    /** Whether the first 32 bytes are the one encoding of a point of prime order. */
    private static boolean isInPrimeOrderGroup(byte[] bytes) {
        return org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyFull(bytes, 0);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
