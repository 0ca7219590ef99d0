package dev.grapevine.libp2p.noise;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** The DH functions of Noise over Curve25519 (RFC 7748 §5), by the JDK. */
final class X25519 {

    /** Length of keys and of what two of them agree on (DHLEN). */
    static final int BYTES = 32;

    private static final String NAME = "X25519";
    private static final byte[] BASE_POINT = {
        9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private X25519() {}

    /** A key pair. Its text form shows the public key's identity alone. */
    static final class Pair {

        private final PrivateKey secret;
        private final byte[] publicKey;

        private Pair(byte[] secretBytes) throws GeneralSecurityException {
            secret = KeyFactory.getInstance(NAME)
                    .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secretBytes));
            publicKey = agree(secret, BASE_POINT);
        }

        /** The pair of a secret of {@link #BYTES}. */
        static Pair of(byte[] secret) {
            try {
                return new Pair(secret);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + NAME, e);
            }
        }

        static Pair generate(SecureRandom random) {
            byte[] secret = new byte[BYTES];
            random.nextBytes(secret);
            return of(secret);
        }

        byte[] publicKey() {
            return publicKey.clone();
        }

        /**
         * What both sides can compute.
         *
         * @throws GeneralSecurityException where the other's key is one that makes the result known to all
         */
        byte[] agree(byte[] other) throws GeneralSecurityException {
            return agree(secret, other);
        }

        private static byte[] agree(PrivateKey secret, byte[] other) throws GeneralSecurityException {
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(secret);
            agreement.doPhase(key(other), true);
            return agreement.generateSecret();
        }
    }

    /** RFC 7748 §5: little-endian, and the highest bit does not count. */
    private static PublicKey key(byte[] bytes) throws GeneralSecurityException {
        byte[] bigEndian = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bigEndian[i] = bytes[BYTES - 1 - i];
        }
        bigEndian[0] &= 0x7f;
        return KeyFactory.getInstance(NAME)
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian)));
    }
}
