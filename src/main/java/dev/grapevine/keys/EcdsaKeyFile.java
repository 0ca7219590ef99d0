package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file that holds a private key on P-256 or P-384, in PEM, encrypted where there is a passphrase ({@link Pkcs8}); and one beside it that
 * lists the public halves of all keys that it ever held, as Multikeys. All methods throw {@link KeyProblem} where a file cannot be used.
 */
public final class EcdsaKeyFile {

    /** More lines would not fit {@link DurableFile#MAX_FILE_BYTES}; the oldest goes. */
    static final int MAX_PUBLISHED = 12;

    private final Curve curve;
    private final DurableFile file;
    private final DurableFile published;
    private final Optional<Passphrase> passphrase;
    private final SecureRandom random;

    EcdsaKeyFile(Curve curve, Path path, Path published, Optional<Passphrase> passphrase, SecureRandom random) {
        this.curve = curve;
        this.file = DurableFile.secret(path);
        this.published = DurableFile.open(published);
        this.passphrase = passphrase;
        this.random = random;
    }

    public Path path() {
        return file.path();
    }

    /** The key; a new one where there is no file. A plain file is encrypted where there is a passphrase. */
    public EcdsaKey readOrCreate() {
        if (!file.exists()) {
            file.create(text(EcdsaKey.generate(curve, random)));
        }
        String text = file.read();
        EcdsaKey key = decode(text);
        if (passphrase.isPresent() && !Pkcs8.isEncrypted(text)) {
            file.replace(text(key));
        }
        return key;
    }

    /**
     * The public halves of the keys that were here, the oldest first and that of the key that is here last; at most {@link #MAX_PUBLISHED}.
     * What they have signed verifies as long as they are listed.
     */
    public List<VerificationKey> publish(EcdsaKey current) {
        List<VerificationKey> keys = new ArrayList<>(listed());
        if (keys.isEmpty() || !keys.getLast().equals(current.publicKey())) {
            keys.remove(current.publicKey());
            keys.add(current.publicKey());
            keys.subList(0, Math.max(0, keys.size() - MAX_PUBLISHED)).clear();
            published.replace(keys.stream().map(key -> key.multikey() + "\n").collect(Collectors.joining()));
        }
        return keys;
    }

    private List<VerificationKey> listed() {
        try {
            return published.exists()
                    ? published
                            .read()
                            .lines()
                            .map(VerificationKey::parseMultikey)
                            .toList()
                    : List.of();
        } catch (MalformedException e) {
            throw new KeyProblem(
                    "The file " + published.path() + " does not list public keys: " + e.getMessage() + ".",
                    "It has one Multikey a line, as /.well-known/did.json shows them. Put it back from a backup, or move it away: what"
                            + " earlier keys signed is no longer verified then.");
        }
    }

    private EcdsaKey decode(String text) {
        try {
            EcdsaKey key = EcdsaKey.decode(curve, file.pkcs8(text, passphrase));
            Pkcs8.requireDid(text, did(key));
            return key;
        } catch (MalformedException e) {
            throw new KeyProblem(
                    "The key file " + path() + " holds no usable key: " + e.getMessage() + ".",
                    "Put it back from a backup. If there is none, move the file away: the node starts with a new key.");
        }
    }

    private String text(EcdsaKey key) {
        return Pkcs8.write(did(key), key.encoded(), passphrase, random);
    }

    private static String did(EcdsaKey key) {
        return DidKey.PREFIX + key.publicKey().multikey();
    }
}
