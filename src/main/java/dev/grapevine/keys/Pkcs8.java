package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
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
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
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
 * A private key under a passphrase: PKCS #8 EncryptedPrivateKeyInfo (RFC 5958 section 3) by PBES2 (RFC 8018 section 6.2: PBKDF2
 * with HMAC-SHA-256, AES-256-CBC), as PEM (RFC 7468 section 11). {@code openssl pkey -in issuer.key} reads it. The key's DID
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

    private static final String BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static final String END = "-----END ENCRYPTED PRIVATE KEY-----";
    private static final Pattern PEM =
            Pattern.compile("(?s)(?<text>.*?)" + BEGIN + "\\s(?<base64>[A-Za-z0-9+/=\\s]+)" + END + "\\s*");
    private static final Pattern DID = Pattern.compile("(?m)^(did:key:z[1-9A-HJ-NP-Za-km-z]+)$");

    /** id-Ed25519 (RFC 8410 section 3). */
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private Pkcs8() {}

    /** The passphrase is not the one that the key was encrypted with. */
    static final class WrongPassphraseException extends RuntimeException {}

    /** Whether a file's text is meant to be an encrypted key. */
    static boolean isEncrypted(String text) {
        return text.contains(BEGIN);
    }

    /** Whose key it is, by the text above it; that is proven by nothing. */
    static Optional<String> did(String text) {
        Matcher did = DID.matcher(text);
        return did.find() ? Optional.of(did.group(1)) : Optional.empty();
    }

    static String encrypt(PrivateKey key, Passphrase passphrase, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(salt);
        random.nextBytes(iv);
        PBES2Parameters parameters = new PBES2Parameters(
                new KeyDerivationFunc(
                        PKCSObjectIdentifiers.id_PBKDF2,
                        new PBKDF2Params(salt, ITERATIONS, AES_KEY_BYTES, HMAC_SHA256)),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
        byte[] plain = {};
        try {
            plain = new PrivateKeyInfo(new AlgorithmIdentifier(ED25519), new DEROctetString(key.seed()))
                    .getEncoded(ASN1Encoding.DER);
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ITERATIONS, iv)
                    .doFinal(plain);
            byte[] der = new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), encrypted)
                    .getEncoded(ASN1Encoding.DER);
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            return DidKey.encode(key.publicKey()) + "\n" + BEGIN + "\n" + base64 + "\n" + END + "\n";
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * @throws WrongPassphraseException where it is another one
     * @throws MalformedException where the text is no encrypted Ed25519 key, is encrypted otherwise, or is another key than
     *     the text above it says
     */
    static PrivateKey decrypt(String text, Passphrase passphrase) {
        Matcher pem = PEM.matcher(text);
        if (!pem.matches()) {
            throw new MalformedException("no whole encrypted private key in PEM");
        }
        PrivateKey key = decrypt(der(pem.group("base64")), passphrase);
        Optional<String> named = did(pem.group("text"));
        if (named.isPresent() && !named.get().equals(DidKey.encode(key.publicKey()))) {
            throw new MalformedException("another key than the text above it says");
        }
        return key;
    }

    private static EncryptedPrivateKeyInfo der(String base64) {
        try {
            return EncryptedPrivateKeyInfo.getInstance(
                    ASN1Primitive.fromByteArray(Base64.getMimeDecoder().decode(base64)));
        } catch (IOException | RuntimeException e) {
            throw new MalformedException("no PKCS #8 EncryptedPrivateKeyInfo");
        }
    }

    private static PrivateKey decrypt(EncryptedPrivateKeyInfo info, Passphrase passphrase) {
        Parameters parameters = Parameters.of(info.getEncryptionAlgorithm());
        byte[] plain = {};
        try {
            plain = cipher(Cipher.DECRYPT_MODE, passphrase, parameters.salt, parameters.iterations, parameters.iv)
                    .doFinal(info.getEncryptedData());
            return key(plain);
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            throw new WrongPassphraseException();
        } catch (GeneralSecurityException e) {
            throw new MalformedException("parameters that AES-256-CBC does not take");
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** By a wrong passphrase the padding may look right, once in 256 times; what comes out then is no key. */
    private static PrivateKey key(byte[] plain) {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(ASN1Primitive.fromByteArray(plain));
            if (!info.getPrivateKeyAlgorithm().getAlgorithm().equals(ED25519)) {
                throw new MalformedException("not an Ed25519 private key");
            }
            return PrivateKey.ofSeed(
                    ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets());
        } catch (MalformedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new WrongPassphraseException();
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
