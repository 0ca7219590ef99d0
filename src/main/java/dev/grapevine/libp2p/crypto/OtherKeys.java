package dev.grapevine.libp2p.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECPoint;

/** The kinds of keys that a Grapevine host never has itself; their signatures can be checked. */
final class OtherKeys {

    /** A modulus outside these bounds is either weak or a way to keep a peer busy. */
    private static final int MIN_RSA_BITS = 2048;

    private static final int MAX_RSA_BITS = 8192;

    private static final X9ECParameters SECP256K1 = CustomNamedCurves.getByName("secp256k1");

    private OtherKeys() {}

    /** RSASSA-PKCS1-v1_5 with SHA-256 over a key in PKIX form. */
    static Verifier rsa(byte[] pkix) throws GeneralSecurityException {
        PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(pkix));
        int bits = ((RSAPublicKey) key).getModulus().bitLength();
        return bits < MIN_RSA_BITS || bits > MAX_RSA_BITS ? Verifier.NONE : jca("SHA256withRSA", key);
    }

    /** ECDSA with SHA-256 and DER signatures over a key in PKIX form, on one of the NIST curves. */
    static Verifier ecdsa(byte[] pkix) throws GeneralSecurityException {
        return jca("SHA256withECDSA", KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(pkix)));
    }

    /** ECDSA with SHA-256 and DER signatures over a compressed point of secp256k1. */
    static Verifier secp256k1(byte[] point) {
        ECPoint q;
        try {
            q = SECP256K1.getCurve().decodePoint(point);
        } catch (IllegalArgumentException e) {
            return Verifier.NONE;
        }
        ECPublicKeyParameters key = new ECPublicKeyParameters(q, new ECDomainParameters(SECP256K1));
        return (data, signature) -> {
            try {
                BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(SECP256K1.getN(), signature);
                ECDSASigner signer = new ECDSASigner();
                signer.init(false, key);
                return signer.verifySignature(
                        MessageDigest.getInstance("SHA-256").digest(data), rs[0], rs[1]);
            } catch (IOException | IllegalArgumentException | ClassCastException e) {
                throw new SignatureException("not a DER signature", e);
            }
        };
    }

    private static Verifier jca(String algorithm, PublicKey key) {
        return (data, signature) -> {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(data);
            return check.verify(signature);
        };
    }
}
