package dev.grapevine.keys;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;

/**
 * ECDSA (FIPS 186-5) over P-256 and P-384, with signatures of r and s in equal length.
 *
 * <p>Of each signature (r, s) there is a twin (r, n - s) that is as right. Signers make either, so both are taken; nothing
 * here takes a signature for the only one of its kind.
 */
final class Ecdsa {

    private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");
    private static final X9ECParameters P384 = CustomNamedCurves.getByName("P-384");

    /** What precedes an uncompressed point in a SubjectPublicKeyInfo (RFC 5480 section 2). */
    private static final byte[] X509_P256 =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private static final byte[] X509_P384 = HexFormat.of().parseHex("3076301006072a8648ce3d020106052b81040022036200");

    /** By their compressed points, whose length tells the curve: to find the point takes as long as to check a signature. */
    private static final Recent<ByteBuffer, PublicKey> KEYS = new Recent<>();

    private Ecdsa() {}

    private static X9ECParameters parameters(Curve curve) {
        return switch (curve) {
            case P256 -> P256;
            case P384 -> P384;
            case ED25519 -> throw new IllegalArgumentException("no curve of ECDSA: " + curve);
        };
    }

    /** The curve's name in SEC 2, by which Java knows it. */
    static String standardName(Curve curve) {
        return switch (curve) {
            case P256 -> "secp256r1";
            case P384 -> "secp384r1";
            case ED25519 -> throw new IllegalArgumentException("no curve of ECDSA: " + curve);
        };
    }

    /**
     * The compressed form of a point (SEC 1 section 2.3.3).
     *
     * @throws MalformedException where the bytes are no point of the curve in its compressed or its uncompressed form
     */
    static byte[] compressed(Curve curve, byte[] point) {
        return point(curve, point).getEncoded(true);
    }

    private static ECPoint point(Curve curve, byte[] encoded) {
        try {
            ECPoint point = parameters(curve).getCurve().decodePoint(encoded);
            if (!point.isInfinity()) {
                return point;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not a point of " + curve.jose(), e);
        }
        throw new MalformedException("the point at infinity is no public key");
    }

    /** The public key of a private one, as an uncompressed point. */
    static byte[] publicPoint(Curve curve, BigInteger secret) {
        return parameters(curve).getG().multiply(secret).getEncoded(false);
    }

    /** Whether it is a key of the curve. */
    static boolean isOn(Curve curve, ECPrivateKey key) {
        BigInteger order = parameters(curve).getN();
        return key.getParams().getOrder().equals(order)
                && key.getS().signum() > 0
                && key.getS().compareTo(order) < 0;
    }

    /** Signs with the curve's hash. */
    static byte[] sign(Curve curve, ECPrivateKey key, byte[] data) {
        try {
            Signature signature = signature(algorithm(curve));
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of " + curve.jose() + " does not sign", e);
        }
    }

    /** Whether the signature is right; false too for one that is not even well-formed. */
    static boolean verify(Curve curve, byte[] compressed, byte[] data, byte[] signature) {
        if (signature.length != curve.signatureBytes()) {
            return false;
        }
        try {
            Signature check = signature(algorithm(curve));
            check.initVerify(publicKey(curve, compressed));
            check.update(data);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PublicKey publicKey(Curve curve, byte[] compressed) {
        return KEYS.get(ByteBuffer.wrap(compressed), unknown -> decompressed(curve, compressed));
    }

    private static PublicKey decompressed(Curve curve, byte[] compressed) {
        byte[] prefix = curve == Curve.P256 ? X509_P256 : X509_P384;
        byte[] uncompressed = point(curve, compressed).getEncoded(false);
        byte[] x509 = Arrays.copyOf(prefix, prefix.length + uncompressed.length);
        System.arraycopy(uncompressed, 0, x509, prefix.length, uncompressed.length);
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(x509));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a point of " + curve.jose() + " is refused as a key", e);
        }
    }

    private static String algorithm(Curve curve) {
        return curve.digest().replace("-", "") + "withECDSAinP1363Format";
    }

    /** Of Amazon Corretto Crypto Provider where its native library loads, for it is faster; else of Java. */
    private static Signature signature(String algorithm) throws GeneralSecurityException {
        return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
                ? Signature.getInstance(algorithm, AmazonCorrettoCryptoProvider.INSTANCE)
                : Signature.getInstance(algorithm);
    }
}
