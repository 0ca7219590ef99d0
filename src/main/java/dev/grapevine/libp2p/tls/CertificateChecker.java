package dev.grapevine.libp2p.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whom a libp2p certificate speaks for (specification tls, section Peer Authentication).
 *
 * <p>Reads the DER itself: certificates of js-libp2p have an empty issuer, an empty subject and a critical extension,
 * which the parsers of the JDK and of Bouncy Castle refuse, and the specification allows.
 */
public final class CertificateChecker {

    /** The longest certificate taken; those of today's implementations have 300 to 1,500 bytes. */
    public static final int MAX_CERTIFICATE_BYTES = 8 * 1024;

    /** What the host key signs, in front of the certificate's public key. */
    static final byte[] SIGNATURE_PREFIX = "libp2p-tls-handshake:".getBytes(US_ASCII);

    /** The libp2p Public Key Extension. */
    static final String EXTENSION_OID = "1.3.6.1.4.1.53594.1.1";

    private static final String EXTENSION_OID_DER = "2b0601040183a25a0101";
    private static final int VERSION_FIELD = 0xa0;
    private static final int ISSUER_UNIQUE_ID = 0x81;
    private static final int SUBJECT_UNIQUE_ID = 0x82;
    private static final int EXTENSIONS_FIELD = 0xa3;
    private static final byte[] VERSION_3 = {2};
    private static final byte[] FALSE = {0};

    /** How a certificate may be signed: its key's algorithm and the signature's, both by their JCA names. */
    private record Algorithm(String key, String signature) {}

    /** By the DER of the object identifier, without tag and length (RFC 5758, RFC 8017, RFC 8410). */
    private static final Map<String, Algorithm> ALGORITHMS = Map.of(
            "2a8648ce3d040302", new Algorithm("EC", "SHA256withECDSA"),
            "2a8648ce3d040303", new Algorithm("EC", "SHA384withECDSA"),
            "2a8648ce3d040304", new Algorithm("EC", "SHA512withECDSA"),
            "2b6570", new Algorithm("Ed25519", "Ed25519"),
            "2a864886f70d01010b", new Algorithm("RSA", "SHA256withRSA"),
            "2a864886f70d01010c", new Algorithm("RSA", "SHA384withRSA"),
            "2a864886f70d01010d", new Algorithm("RSA", "SHA512withRSA"));

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withResolverStyle(ResolverStyle.STRICT);

    private CertificateChecker() {}

    /**
     * Checks a certificate that a peer has presented as its only one.
     *
     * @param certificate in DER
     * @param now the certificate must be valid then
     * @return the peer's host key
     * @throws CertificateException where anything is wrong with the certificate, saying what; no other exception,
     *     whatever the bytes
     */
    public static PublicKey check(byte[] certificate, Instant now) throws CertificateException {
        if (certificate.length > MAX_CERTIFICATE_BYTES) {
            throw new CertificateException("certificate of " + certificate.length + " bytes");
        }
        DerReader file = new DerReader(certificate);
        DerReader outer = file.enter(DerReader.SEQUENCE);
        file.requireEnd();
        byte[] signed = outer.element(DerReader.SEQUENCE);
        byte[] algorithm = outer.element(DerReader.SEQUENCE);
        byte[] signature = outer.bits();
        outer.requireEnd();

        DerReader inner = new DerReader(signed).enter(DerReader.SEQUENCE);
        if (!Arrays.equals(inner.enter(VERSION_FIELD).content(DerReader.INTEGER), VERSION_3)) {
            throw new CertificateException("certificate is not of version 3");
        }
        inner.enter(DerReader.INTEGER); // serial number
        // RFC 5280 §4.1.1.2: the algorithm stands in both places alike
        if (!Arrays.equals(inner.element(DerReader.SEQUENCE), algorithm)) {
            throw new CertificateException("certificate names two signature algorithms");
        }
        inner.enter(DerReader.SEQUENCE); // issuer
        checkValidity(inner.enter(DerReader.SEQUENCE), now);
        inner.enter(DerReader.SEQUENCE); // subject
        byte[] keyInfo = inner.element(DerReader.SEQUENCE);
        if (inner.at(ISSUER_UNIQUE_ID) || inner.at(SUBJECT_UNIQUE_ID)) {
            throw new CertificateException("certificate has a unique id of issuer or subject");
        }
        byte[] signedKey = libp2pExtension(inner);
        inner.requireEnd();

        checkSelfSignature(signed, algorithm, signature, keyInfo);
        return hostKey(signedKey, keyInfo);
    }

    private static void checkValidity(DerReader validity, Instant now) throws CertificateException {
        Instant notBefore = time(validity);
        Instant notAfter = time(validity);
        validity.requireEnd();
        if (now.isBefore(notBefore)) {
            throw new CertificateNotYetValidException("certificate is valid from " + notBefore + " only");
        }
        if (now.isAfter(notAfter)) {
            throw new CertificateExpiredException("certificate was valid until " + notAfter);
        }
    }

    /** RFC 5280 §4.1.2.5: two forms, both in UTC and down to the second. */
    private static Instant time(DerReader in) throws CertificateException {
        String text;
        if (in.at(DerReader.UTC_TIME)) {
            String shortYear = new String(in.content(DerReader.UTC_TIME), US_ASCII);
            text = (shortYear.compareTo("50") < 0 ? "20" : "19") + shortYear;
        } else {
            text = new String(in.content(DerReader.GENERALIZED_TIME), US_ASCII);
        }
        try {
            return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new CertificateException("certificate has a time that is none", e);
        }
    }

    /** The libp2p extension's value. Other extensions are passed over, unless they are critical. */
    private static byte[] libp2pExtension(DerReader inner) throws CertificateException {
        if (!inner.at(EXTENSIONS_FIELD)) {
            throw new CertificateException("certificate has no extensions, thus not libp2p's");
        }
        DerReader field = inner.enter(EXTENSIONS_FIELD);
        DerReader extensions = field.enter(DerReader.SEQUENCE);
        field.requireEnd();
        byte @Nullable [] found = null;
        while (!extensions.atEnd()) {
            DerReader extension = extensions.enter(DerReader.SEQUENCE);
            String oid = HexFormat.of().formatHex(extension.content(DerReader.OBJECT_IDENTIFIER));
            boolean critical =
                    extension.at(DerReader.BOOLEAN) && !Arrays.equals(extension.content(DerReader.BOOLEAN), FALSE);
            byte[] value = extension.content(DerReader.OCTET_STRING);
            extension.requireEnd();
            if (oid.equals(EXTENSION_OID_DER)) {
                if (found != null) {
                    throw new CertificateException("certificate has libp2p's extension twice");
                }
                found = value;
            } else if (critical) {
                throw new CertificateException("certificate has a critical extension that is unknown: " + oid);
            }
        }
        if (found == null) {
            throw new CertificateException("certificate lacks libp2p's extension");
        }
        return found;
    }

    private static void checkSelfSignature(byte[] signed, byte[] algorithmInfo, byte[] signature, byte[] keyInfo)
            throws CertificateException {
        byte[] oid = new DerReader(algorithmInfo).enter(DerReader.SEQUENCE).content(DerReader.OBJECT_IDENTIFIER);
        Algorithm algorithm = ALGORITHMS.get(HexFormat.of().formatHex(oid));
        if (algorithm == null) {
            throw new CertificateException("certificate is signed with an algorithm that is not supported");
        }
        boolean valid;
        try {
            Signature verifier = Signature.getInstance(algorithm.signature());
            verifier.initVerify(
                    KeyFactory.getInstance(algorithm.key()).generatePublic(new X509EncodedKeySpec(keyInfo)));
            verifier.update(signed);
            valid = verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) { // what a provider makes of a hostile key
            throw new CertificateException("certificate's key or signature is malformed", e);
        }
        if (!valid) {
            throw new CertificateException("certificate's own signature is wrong");
        }
    }

    /** Reads {@code SignedKey} and checks that the host key has vouched for the certificate's key. */
    private static PublicKey hostKey(byte[] signedKey, byte[] keyInfo) throws CertificateException {
        DerReader value = new DerReader(signedKey);
        DerReader fields = value.enter(DerReader.SEQUENCE);
        value.requireEnd();
        byte[] encodedKey = fields.content(DerReader.OCTET_STRING);
        byte[] signature = fields.content(DerReader.OCTET_STRING);
        fields.requireEnd();
        PublicKey key;
        try {
            key = PublicKey.decode(encodedKey);
        } catch (MalformedException e) {
            throw new CertificateException("certificate has a host key that is malformed", e);
        }
        if (!key.verify(toSign(keyInfo), signature)) {
            throw new CertificateException("certificate is not signed by the host key that it names");
        }
        return key;
    }

    /** What a host key signs to vouch for a certificate's key, given as SubjectPublicKeyInfo. */
    static byte[] toSign(byte[] keyInfo) {
        byte[] message = Arrays.copyOf(SIGNATURE_PREFIX, SIGNATURE_PREFIX.length + keyInfo.length);
        System.arraycopy(keyInfo, 0, message, SIGNATURE_PREFIX.length, keyInfo.length);
        return message;
    }
}
