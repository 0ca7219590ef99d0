package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.PrivateKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Self-signed certificates that differ in what matters to libp2p. */
public final class TestCertificates {

    private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.9.9");

    private final ExtensionsGenerator extensions = new ExtensionsGenerator();
    private final KeyPair keys;
    private String name = "CN=test";

    public TestCertificates() throws GeneralSecurityException {
        keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    }

    /** Adds libp2p's extension. */
    public TestCertificates libp2p(PrivateKey hostKey, boolean critical) throws IOException {
        extensions.addExtension(
                new ASN1ObjectIdentifier(CertificateChecker.EXTENSION_OID),
                critical,
                new DERSequence(
                        new DEROctetString(hostKey.publicKey().encoded()),
                        new DEROctetString(hostKey.sign(
                                CertificateChecker.toSign(keys.getPublic().getEncoded())))));
        return this;
    }

    /** Adds libp2p's extension as it stands in another certificate. */
    public TestCertificates libp2pOf(X509Certificate other) throws IOException {
        byte[] wrapped = other.getExtensionValue(CertificateChecker.EXTENSION_OID);
        extensions.addExtension(
                new ASN1ObjectIdentifier(CertificateChecker.EXTENSION_OID),
                false,
                ASN1OctetString.getInstance(wrapped).getOctets());
        return this;
    }

    /** Adds an extension that nobody knows. */
    public TestCertificates unknown(boolean critical) throws IOException {
        extensions.addExtension(UNKNOWN, critical, DERNull.INSTANCE);
        return this;
    }

    /** Leaves issuer and subject empty, as js-libp2p does. */
    public TestCertificates nameless() {
        name = "";
        return this;
    }

    public byte[] der() throws GeneralSecurityException, IOException {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        X500Name both = new X500Name(name);
        ASN1EncodableVector content = new ASN1EncodableVector();
        content.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
        content.add(new ASN1Integer(BigInteger.ONE));
        content.add(algorithm);
        content.add(both);
        content.add(new DERSequence(
                new Time(Date.from(Instant.parse("2020-01-01T00:00:00Z"))),
                new Time(Date.from(Instant.parse("2120-01-01T00:00:00Z")))));
        content.add(both);
        content.add(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
        if (!extensions.isEmpty()) {
            content.add(new DERTaggedObject(true, 3, extensions.generate()));
        }
        ASN1Encodable signed = new DERSequence(content);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(signed.toASN1Primitive().getEncoded());
        return new DERSequence(new ASN1Encodable[] {signed, algorithm, new DERBitString(signer.sign())}).getEncoded();
    }

    /** With its key, to be shown in a handshake. */
    public HostCertificate make() throws GeneralSecurityException, IOException {
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der()));
        return new HostCertificate(keys.getPrivate(), certificate);
    }
}
