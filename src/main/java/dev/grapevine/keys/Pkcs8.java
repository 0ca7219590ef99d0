package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * Private keys as PEM (RFC 7468): PKCS #8 PrivateKeyInfo (RFC 5958 section 2), or under a passphrase EncryptedPrivateKeyInfo (section 3)
 * by PBES2 (RFC 8018 section 6.2: PBKDF2 with HMAC-SHA-256, AES-256-CBC). {@code openssl pkey -in issuer.key} reads it. The key's DID
 * stands above as explanatory text (RFC 7468 section 2), so that whose key it is can be seen without the passphrase.
 */
final class Pkcs8 {

    /** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256. */
    static final int ITERATIONS = 600_000;

    /** A file that asks for more is refused: it would only keep the node from starting. */
    static final int MAX_ITERATIONS = 10_000_000;

    private static final int SALT_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final int AES_KEY_BYTES = 32;

    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String PLAIN = "PRIVATE KEY";
    private static final Pattern PEM =
            Pattern.compile("(?s)(?<text>.*?)-----BEGIN (?<label>(?:ENCRYPTED )?PRIVATE KEY)-----\\s"
                    + "(?<base64>[A-Za-z0-9+/=\\s]+)-----END \\k<label>-----\\s*");
    private static final Pattern DID = Pattern.compile("(?m)^(did:key:z[1-9A-HJ-NP-Za-km-z]+)$");

    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private Pkcs8() {}

    /** The passphrase is not the one that the key was encrypted with. */
    static final class WrongPassphraseException extends RuntimeException {}

    /** Whether a file's text is meant to be an encrypted key. */
    static boolean isEncrypted(String text) {
        return text.contains("-----BEGIN " + ENCRYPTED + "-----");
    }

    /** Whose key it is, by the text above it; that is proven by nothing. */
    static Optional<String> did(String text) {
        Matcher did = DID.matcher(text);
        return did.find() ? Optional.of(did.group(1)) : Optional.empty();
    }

    /** @throws MalformedException where the text above the key says that it is another's */
    static void requireDid(String text, String did) {
        Matcher pem = PEM.matcher(text);
        if (pem.matches()
                && did(pem.group("text")).filter(named -> !named.equals(did)).isPresent()) {
            throw new MalformedException("another key than the text above it says");
        }
    }

    /** @param passphrase what it is encrypted with; empty: nothing */
    static String write(String did, PrivateKeyInfo key, Optional<Passphrase> passphrase, SecureRandom random) {
        byte[] plain = {};
        try {
            plain = key.getEncoded(ASN1Encoding.DER);
            return passphrase.isPresent()
                    ? pem(did, ENCRYPTED, encrypt(plain, passphrase.get(), random))
                    : pem(did, PLAIN, plain);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static String pem(String did, String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return did + "\n-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static byte[] encrypt(byte[] plain, Passphrase passphrase, SecureRandom random)
            throws IOException, GeneralSecurityException {
        byte[] salt = new byte[SALT_BYTES];
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(salt);
        random.nextBytes(iv);
        PBES2Parameters parameters = new PBES2Parameters(
                new KeyDerivationFunc(
                        PKCSObjectIdentifiers.id_PBKDF2,
                        new PBKDF2Params(salt, ITERATIONS, AES_KEY_BYTES, HMAC_SHA256)),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
        byte[] encrypted =
                cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ITERATIONS, iv).doFinal(plain);
        return new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), encrypted)
                .getEncoded(ASN1Encoding.DER);
    }

    /**
     * @param passphrase is asked for where the key is encrypted
     * @throws WrongPassphraseException where it is another one
     * @throws MalformedException where the text is no private key, or is encrypted otherwise
     */
    static PrivateKeyInfo read(String text, Supplier<Passphrase> passphrase) {
        Matcher pem = PEM.matcher(text);
        if (!pem.matches()) {
            throw new MalformedException("no whole private key in PEM");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.group("base64"));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("no Base64");
        }
        if (pem.group("label").equals(ENCRYPTED)) {
            return decrypt(encrypted(der), passphrase.get());
        }
        try {
            return PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(der));
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("no PKCS #8 PrivateKeyInfo");
        }
    }

    private static EncryptedPrivateKeyInfo encrypted(byte[] der) {
        try {
            return EncryptedPrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(der));
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("no PKCS #8 EncryptedPrivateKeyInfo");
        }
    }

    private static PrivateKeyInfo decrypt(EncryptedPrivateKeyInfo info, Passphrase passphrase) {
        Parameters parameters = Parameters.of(info.getEncryptionAlgorithm());
        try {
            byte[] plain = cipher(
                            Cipher.DECRYPT_MODE, passphrase, parameters.salt, parameters.iterations, parameters.iv)
                    .doFinal(info.getEncryptedData());
            return decrypted(plain);
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            throw new WrongPassphraseException();
        } catch (GeneralSecurityException e) {
            throw new MalformedException("parameters that AES-256-CBC does not take");
        }
    }

    /** By a wrong passphrase the padding may look right, once in 256 times; what comes out then is no key. */
    private static PrivateKeyInfo decrypted(byte[] plain) {
        try {
            return PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(plain));
        } catch (IOException | RuntimeException e) {
            throw new WrongPassphraseException();
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private record Parameters(byte[] salt, int iterations, byte[] iv) {

        static Parameters of(AlgorithmIdentifier algorithm) {
            try {
                if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                    PBES2Parameters pbes2 = PBES2Parameters.getInstance(algorithm.getParameters());
                    PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(
                            pbes2.getKeyDerivationFunc().getParameters());
                    BigInteger iterations = pbkdf2.getIterationCount();
                    if (pbes2.getKeyDerivationFunc().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)
                            && pbkdf2.getPrf().getAlgorithm().equals(PKCSObjectIdentifiers.id_hmacWithSHA256)
                            && pbes2.getEncryptionScheme().getAlgorithm().equals(NISTObjectIdentifiers.id_aes256_CBC)
                            && iterations.signum() > 0
                            && iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) <= 0) {
                        byte[] iv = ASN1OctetString.getInstance(
                                        pbes2.getEncryptionScheme().getParameters())
                                .getOctets();
                        return new Parameters(pbkdf2.getSalt(), iterations.intValueExact(), iv);
                    }
                }
            } catch (RuntimeException e) {
                throw new MalformedException("no PBES2 parameters");
            }
            throw new MalformedException("not encrypted by PBES2 with PBKDF2, HMAC-SHA-256, at most " + MAX_ITERATIONS
                    + " iterations, and AES-256-CBC");
        }
    }

    private static Cipher cipher(int mode, Passphrase passphrase, byte[] salt, int iterations, byte[] iv)
            throws GeneralSecurityException {
        char[] chars = passphrase.chars();
        PBEKeySpec spec = new PBEKeySpec(chars, salt, iterations, 8 * AES_KEY_BYTES);
        Arrays.fill(chars, '\0');
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        spec.clearPassword();
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        Arrays.fill(key, (byte) 0);
        return cipher;
    }
}
