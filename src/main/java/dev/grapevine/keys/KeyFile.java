package dev.grapevine.keys;

import dev.grapevine.keys.Pkcs8.WrongPassphraseException;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A file that holds one private key: encrypted where there is a passphrase ({@link Pkcs8}), else one line, the base58
 * multibase of the key's libp2p protobuf form (specification peer-ids). Both are read, whichever is written. All methods
 * throw {@link KeyProblem} where the file cannot be used.
 */
public final class KeyFile {

    /** Begins the line of an exported key that says whose it is. */
    static final String ISSUER = "Issuer: ";

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
            return Pkcs8.isEncrypted(text) ? Pkcs8.decrypt(text, needed()) : plain(text);
        } catch (WrongPassphraseException e) {
            throw new KeyProblem(
                    "The passphrase does not open the key file " + path() + ".",
                    "Give the one that it was encrypted with in GRAPEVINE_KEY_PASSPHRASE or GRAPEVINE_KEY_PASSPHRASE_FILE.");
        } catch (MalformedException e) {
            throw file.bad(String.valueOf(e.getMessage()));
        }
    }

    private Passphrase needed() {
        return passphrase.orElseThrow(() -> new KeyProblem(
                "The key file " + path() + " is encrypted, and there is no passphrase.",
                "Set GRAPEVINE_KEY_PASSPHRASE_FILE to a file that holds it, or GRAPEVINE_KEY_PASSPHRASE."));
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
                .map(given -> Pkcs8.encrypt(key, given, random))
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
