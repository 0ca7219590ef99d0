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

/** A private key on P-256 or P-384. Safe for use by several threads. Its text form shows the public key alone. */
public final class EcdsaKey {

    private final ECPrivateKey key;
    private final VerificationKey publicKey;

    private EcdsaKey(Curve curve, ECPrivateKey key) {
        this.key = key;
        publicKey = VerificationKey.ofPoint(curve, Ecdsa.publicPoint(curve, key.getS()));
    }

    /** Makes a new key on P-256 or P-384. */
    public static EcdsaKey generate(Curve curve, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(Ecdsa.standardName(curve)), random);
            return new EcdsaKey(
                    curve, (ECPrivateKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + curve.jose(), e);
        }
    }

    /** @throws MalformedException where it is no key on that curve */
    static EcdsaKey decode(Curve curve, PrivateKeyInfo pkcs8) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8.getEncoded()));
            if (key instanceof ECPrivateKey found && Ecdsa.isOn(curve, found)) {
                return new EcdsaKey(curve, found);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new MalformedException("not a private key on a curve", e);
        }
        throw new MalformedException("not a private key on " + curve.jose());
    }

    /** As secret as the key. */
    PrivateKeyInfo encoded() {
        return PrivateKeyInfo.getInstance(key.getEncoded());
    }

    public VerificationKey publicKey() {
        return publicKey;
    }

    /** Signs data by ECDSA with the curve's hash. @return r and s, other ones each time; {@link Curve#signatureBytes} tells how long */
    public byte[] sign(byte[] data) {
        return Ecdsa.sign(publicKey.curve(), key, data);
    }

    @Override
    public String toString() {
        return "EcdsaKey of " + publicKey;
    }
}
