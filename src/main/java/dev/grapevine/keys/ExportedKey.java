package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PrivateKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** A key file that says which issuer it belongs to as well, to be carried to another machine. */
public final class ExportedKey {

    private final String issuer;
    private final PrivateKey key;

    private ExportedKey(String issuer, PrivateKey key) {
        this.issuer = issuer;
        this.key = key;
    }

    /**
     * Writes an issuer's key into a new file, readable by its owner alone.
     *
     * @param passphrase what the new file is encrypted with; empty: nothing
     * @throws KeyProblem where the issuer's files cannot be used, or the file is there already
     */
    public static void write(IssuerFiles files, Path file, Optional<Passphrase> passphrase, SecureRandom random) {
        PrivateKey key = files.key().read();
        String issuer = files.id().orElseGet(() -> DidKey.encode(key.publicKey()));
        String text = KeyFile.ISSUER + issuer + "\n" + KeyFile.text(key, passphrase, random);
        if (!DurableFile.secret(file).create(text)) {
            throw new KeyProblem("The file " + file + " is there already.", "Give a new name; nothing is overwritten.");
        }
    }

    /**
     * Reads such a file, or a key file.
     *
     * @throws KeyProblem where it cannot be used
     */
    public static ExportedKey read(Path file, Optional<Passphrase> passphrase, SecureRandom random) {
        KeyFile exported = new KeyFile(file, passphrase, random);
        PrivateKey key = exported.read();
        return new ExportedKey(exported.issuer().orElseGet(() -> DidKey.encode(key.publicKey())), key);
    }

    /** Whose key it is, {@code did:key:z6Mk…}. */
    public String issuer() {
        return issuer;
    }

    /** The key's public half, {@code did:key:z6Mk…}. */
    public String did() {
        return DidKey.encode(key.publicKey());
    }

    /**
     * Makes it the signing key of these files.
     *
     * @throws KeyProblem where they are those of another issuer, or cannot be written
     */
    public void moveInto(IssuerFiles files) {
        Optional<String> there = files.id()
                .or(() -> Optional.of(files.key()).filter(KeyFile::exists).map(KeyFile::did));
        if (there.isPresent() && !there.get().equals(issuer)) {
            throw new KeyProblem(
                    "The files beside " + files.key().path() + " are those of another issuer, " + there.get() + ".",
                    "Give another --data-dir, or move them away first.");
        }
        // The id comes first: a key without it would be taken for the first of another issuer.
        files.createId(issuer);
        files.key().replace(key);
    }
}
