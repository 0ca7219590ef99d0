package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.CryptoProvider;
import dev.grapevine.libp2p.crypto.PrivateKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes the certificate that proves a host's identity (specification tls, section Peer Authentication). */
public final class CertificateMaker {

    /**
     * How far this host's clock may be ahead, or a peer's behind, for the peer to take the certificate: far, so that hosts whose clocks
     * are wrong are among those who can tell them.
     */
    private static final Duration BACKDATED = Duration.ofDays(50 * 365);

    /** The certificate lives as long as the process; nothing renews it. */
    private static final Duration VALID = Duration.ofDays(100 * 365);

    private static final int SERIAL_BITS = 63;

    private CertificateMaker() {}

    /**
     * Makes a self-signed certificate with a fresh ECDSA key on P-256, which every libp2p implementation takes.
     *
     * @param hostKey vouches for the certificate's key
     */
    public static HostCertificate make(PrivateKey hostKey, SecureRandom random, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", CryptoProvider.fastest());
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair keys = generator.generateKeyPair();
            AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
            TBSCertificate signed = content(hostKey, keys.getPublic().getEncoded(), algorithm, serial(random), now);
            Signature signer = Signature.getInstance("SHA256withECDSA", CryptoProvider.fastest());
            signer.initSign(keys.getPrivate(), random);
            signer.update(signed.getEncoded(ASN1Encoding.DER));
            byte[] certificate = new DERSequence(
                            new ASN1Encodable[] {signed, algorithm, new DERBitString(signer.sign())})
                    .getEncoded(ASN1Encoding.DER);
            return new HostCertificate(keys.getPrivate(), parse(certificate));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot make a certificate", e);
        }
    }

    private static TBSCertificate content(
            PrivateKey hostKey, byte[] keyInfo, AlgorithmIdentifier algorithm, BigInteger serial, Instant now)
            throws IOException {
        DERSequence signedKey = new DERSequence(
                new DEROctetString(hostKey.publicKey().encoded()),
                new DEROctetString(hostKey.sign(CertificateChecker.toSign(keyInfo))));
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(new ASN1ObjectIdentifier(CertificateChecker.EXTENSION_OID), false, signedKey);

        V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
        content.setSerialNumber(new ASN1Integer(serial));
        content.setSignature(algorithm);
        content.setIssuer(new X500Name("CN=libp2p"));
        content.setSubject(new X500Name("CN=libp2p"));
        content.setStartDate(new Time(Date.from(now.minus(BACKDATED))));
        content.setEndDate(new Time(Date.from(now.plus(VALID))));
        content.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(keyInfo));
        content.setExtensions(extensions.generate());
        return content.generateTBSCertificate();
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
