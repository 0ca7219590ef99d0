package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * A file that holds one private key: encrypted where there is a passphrase ({@link Pkcs8}), else one line, the base58
 * multibase of the key's libp2p protobuf form (specification peer-ids). Both are read, whichever is written. All methods
 * throw {@link KeyProblem} where the file cannot be used.
 */
public final class KeyFile {

    /** Begins the line of an exported key that says whose it is. */
    static final String ISSUER = "Issuer: ";

    /** id-Ed25519 (RFC 8410 section 3). */
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private final DurableFile file;
    private final Optional<Passphrase> passphrase;
    private final SecureRandom random;

    /** @param passphrase to read it with, and to write it with; empty: written plain */
    public KeyFile(Path path, Optional<Passphrase> passphrase, SecureRandom random) {
        this.file = DurableFile.secret(path);
        this.passphrase = passphrase;
        this.random = random;
    }

    public Path path() {
        return file.path();
    }

    public boolean exists() {
        return file.exists();
    }

    /** The key. */
    public PrivateKey read() {
        String text = file.read();
        try {
            return Pkcs8.isEncrypted(text) ? encrypted(text) : plain(text);
        } catch (MalformedException e) {
            throw file.bad(String.valueOf(e.getMessage()));
        }
    }

    private PrivateKey encrypted(String text) {
        PrivateKey key = ed25519(file.pkcs8(text, passphrase));
        Pkcs8.requireDid(text, DidKey.encode(key.publicKey()));
        return key;
    }

    private static PrivateKey ed25519(PrivateKeyInfo info) {
        if (!info.getPrivateKeyAlgorithm().getAlgorithm().equals(ED25519)) {
            throw new MalformedException("not an Ed25519 private key");
        }
        try {
            return PrivateKey.ofSeed(
                    ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets());
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedException("not the seed of an Ed25519 private key");
        }
    }

    private static PrivateKeyInfo pkcs8(PrivateKey key) {
        try {
            return new PrivateKeyInfo(new AlgorithmIdentifier(ED25519), new DEROctetString(key.seed()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrivateKey plain(String text) {
        String line = text.strip();
        return PrivateKey.decode(
                Multibase.decode(line.substring(line.startsWith(ISSUER) ? line.indexOf('\n') + 1 : 0)));
    }

    /** The issuer that an exported key belongs to; empty where the file does not say it. */
    public Optional<String> issuer() {
        String text = file.read();
        if (!text.startsWith(ISSUER)) {
            return Optional.empty();
        }
        try {
            String did = text.substring(ISSUER.length()).lines().findFirst().orElse("");
            return Optional.of(DidKey.encode(DidKey.parse(did)));
        } catch (MalformedException e) {
            throw file.bad("it does not say whose key it is");
        }
    }

    /** The public half, as the file says: of an encrypted one without the passphrase, if its text tells, and then unproven. */
    public PublicKey publicKey() {
        String text = file.read();
        Optional<String> did = Pkcs8.isEncrypted(text) ? Pkcs8.did(text) : Optional.empty();
        return did.map(DidKey::parse).orElseGet(() -> read().publicKey());
    }

    /** The public half as text, {@code did:key:z6Mk…}. */
    public String did() {
        return DidKey.encode(publicKey());
    }

    public boolean isEncrypted() {
        return Pkcs8.isEncrypted(file.read());
    }

    /** Makes the file. @return false where it is there already; it stays as it is */
    public boolean create(PrivateKey key) {
        return file.create(text(key, passphrase, random));
    }

    /** Makes the file, with a new key. @return false where it is there already; it stays as it is */
    public boolean createNew() {
        return create(PrivateKey.generate(random));
    }

    /** Puts a key into the file, whatever was there. */
    public void replace(PrivateKey key) {
        file.replace(text(key, passphrase, random));
    }

    /** Encrypts a plain file where there is a passphrase. @return whether it had to be done */
    public boolean protect() {
        if (passphrase.isEmpty() || isEncrypted()) {
            return false;
        }
        file.replace(text(read(), passphrase, random));
        return true;
    }

    static String text(PrivateKey key, Optional<Passphrase> passphrase, SecureRandom random) {
        return passphrase
                .map(given -> Pkcs8.write(DidKey.encode(key.publicKey()), pkcs8(key), passphrase, random))
                .orElseGet(() -> Multibase.BASE58BTC.encode(key.encoded()) + "\n");
    }

    /** Moves the file over another one. @return false where it is not there: somebody else has moved it */
    boolean moveOver(KeyFile other) {
        return file.moveOver(other.file);
    }

    void delete() {
        file.delete();
    }
}
