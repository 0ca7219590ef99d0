package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A file that holds a private key on P-256, in PEM, encrypted where there is a passphrase ({@link Pkcs8}). All methods throw
 * {@link KeyProblem} where the file cannot be used.
 */
public final class EcdsaKeyFile {

    private final DurableFile file;
    private final Optional<Passphrase> passphrase;
    private final SecureRandom random;

    EcdsaKeyFile(Path path, Optional<Passphrase> passphrase, SecureRandom random) {
        this.file = DurableFile.secret(path);
        this.passphrase = passphrase;
        this.random = random;
    }

    public Path path() {
        return file.path();
    }

    /** The key; a new one where there is no file. A plain file is encrypted where there is a passphrase. */
    public EcdsaKey readOrCreate() {
        if (!file.exists()) {
            file.create(text(EcdsaKey.generate(random)));
        }
        String text = file.read();
        EcdsaKey key = decode(text);
        if (passphrase.isPresent() && !Pkcs8.isEncrypted(text)) {
            file.replace(text(key));
        }
        return key;
    }

    private EcdsaKey decode(String text) {
        try {
            EcdsaKey key = EcdsaKey.decode(file.pkcs8(text, passphrase));
            Pkcs8.requireDid(text, did(key));
            return key;
        } catch (MalformedException e) {
            throw new KeyProblem(
                    "The key file " + path() + " holds no usable key: " + e.getMessage() + ".",
                    "Put it back from a backup. If there is none, move the file away: the node starts with a new key, and what"
                            + " the old one signed is no longer verified.");
        }
    }

    private String text(EcdsaKey key) {
        return Pkcs8.write(did(key), key.encoded(), passphrase, random);
    }

    private static String did(EcdsaKey key) {
        return DidKey.PREFIX + key.publicKey().multikey();
    }
}
