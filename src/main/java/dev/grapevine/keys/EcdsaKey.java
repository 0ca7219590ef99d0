package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;

/** A private key on P-256. Safe for use by several threads. Its text form shows the public key alone. */
public final class EcdsaKey {

    private final ECPrivateKey key;
    private final VerificationKey publicKey;

    private EcdsaKey(ECPrivateKey key) {
        this.key = key;
        publicKey = VerificationKey.ofPoint(Curve.P256, Ecdsa.publicPoint(Curve.P256, key.getS()));
    }

    /** Makes a new key. */
    public static EcdsaKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return new EcdsaKey((ECPrivateKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    /** @throws MalformedException where it is no key on P-256 */
    static EcdsaKey decode(PrivateKeyInfo pkcs8) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8.getEncoded()));
            if (key instanceof ECPrivateKey found && Ecdsa.isOn(Curve.P256, found)) {
                return new EcdsaKey(found);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new MalformedException("not a private key on a curve", e);
        }
        throw new MalformedException("not a private key on P-256");
    }

    /** As secret as the key. */
    PrivateKeyInfo encoded() {
        return PrivateKeyInfo.getInstance(key.getEncoded());
    }

    public VerificationKey publicKey() {
        return publicKey;
    }

    /** Signs data by ECDSA with SHA-256. @return r and s, 64 bytes, other ones each time */
    public byte[] sign(byte[] data) {
        return Ecdsa.sign(Curve.P256, key, data);
    }

    @Override
    public String toString() {
        return "EcdsaKey of " + publicKey;
    }
}
