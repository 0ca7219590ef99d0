package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of one issuer, in one directory that instances may share:
 *
 * <ul>
 *   <li>{@code issuer.key}, its signing key, under any name;
 *   <li>{@code issuer.id}, its DID, which stays when the key is another;
 *   <li>{@code issuer.key.next-z6Mk…}, a key that is to take over, from before the log says so until it does;
 *   <li>{@code recovery.pub} and, until it is moved to a safe place, {@code recovery.key};
 *   <li>{@code issuer-p256.key} and {@code issuer-p384.key}, which stand beside the signing key in its {@code did:web} document, and
 *       {@code issuer-p256.pub} and {@code issuer-p384.pub}, the public halves of those and of the keys before them;
 *   <li>{@code issuer.secret}, which the digests of idempotency keys are keyed with.
 * </ul>
 *
 * All methods throw {@link KeyProblem} where a file cannot be used.
 */
public final class IssuerFiles {

    private static final String NEXT = ".next-";

    private static final byte[] PURPOSE = "grapevine-idempotency-records".getBytes(StandardCharsets.US_ASCII);

    private final KeyFile key;
    private final Optional<Passphrase> passphrase;
    private final SecureRandom random;

    /** @param keyFile the signing key's; the others stand beside it */
    public IssuerFiles(Path keyFile, Optional<Passphrase> passphrase, SecureRandom random) {
        this.passphrase = passphrase;
        this.random = random;
        this.key = new KeyFile(keyFile, passphrase, random);
    }

    /** The signing key. */
    public KeyFile key() {
        return key;
    }

    /** The issuer's id, {@code did:key:z6Mk…}; empty where no file says it. */
    public Optional<String> id() {
        DurableFile file = idFile();
        if (!file.exists()) {
            return Optional.empty();
        }
        String did = file.read().strip();
        try {
            return Optional.of(DidKey.encode(DidKey.parse(did)));
        } catch (MalformedException e) {
            throw new KeyProblem(
                    file.path() + " does not hold an issuer's id.",
                    "It is one line, did:key:z6Mk…; any node that knows the issuer tells it at /api/v1/issuers.");
        }
    }

    /** Writes the issuer's id. @return false where there is one already; it stays */
    public boolean createId(String did) {
        return idFile().create(did + "\n");
    }

    /** Where the issuer's id stands. */
    public Path idPath() {
        return idFile().path();
    }

    private DurableFile idFile() {
        return DurableFile.open(sibling(stem() + ".id"));
    }

    private String stem() {
        String name = String.valueOf(key.path().getFileName());
        return name.endsWith(".key") ? name.substring(0, name.length() - ".key".length()) : name;
    }

    /** The recovery key, as long as it is here. */
    public KeyFile recovery() {
        return new KeyFile(sibling("recovery.key"), passphrase, random);
    }

    /** The public half of the recovery key; empty where no file says it. */
    public Optional<PublicKey> recoveryPublic() {
        DurableFile open = recoveryPublicFile();
        if (!open.exists()) {
            return Optional.empty();
        }
        PublicKey read;
        try {
            read = PublicKey.decode(Multibase.decode(open.read().strip()));
        } catch (MalformedException e) {
            throw open.bad(String.valueOf(e.getMessage()));
        }
        KeyFile secret = recovery();
        if (secret.exists() && !secret.publicKey().equals(read)) {
            throw open.bad("it is not the public half of " + secret.path());
        }
        return Optional.of(read);
    }

    /** Makes what is missing of the recovery key. @return whether the key itself is new */
    public boolean createRecovery() {
        KeyFile secret = recovery();
        boolean made = !recoveryPublicFile().exists() && !secret.exists() && secret.createNew();
        recoveryPublicFile()
                .create(Multibase.BASE58BTC.encode(secret.publicKey().encoded()) + "\n");
        return made;
    }

    private DurableFile recoveryPublicFile() {
        return DurableFile.open(sibling("recovery.pub"));
    }

    /** The key on P-256 or P-384, which is in no log. */
    public EcdsaKeyFile ecdsaKey(Curve curve) {
        String name = stem() + "-" + curve.jose().toLowerCase(Locale.ROOT).replace("-", "");
        return new EcdsaKeyFile(curve, sibling(name + ".key"), sibling(name + ".pub"), passphrase, random);
    }

    /**
     * What the digests of idempotency keys are keyed with. Made of the signing key where it is missing, so that instances that
     * share the key agree; kept when the key is another, or what was done just before a rotation would be done once more.
     */
    public byte[] secret(PrivateKey signingKey) {
        DurableFile file = DurableFile.secret(sibling(stem() + ".secret"));
        if (!file.exists()) {
            byte[] made = signingKey.sign(PURPOSE);
            file.create(Multibase.BASE58BTC.encode(made) + "\n");
        }
        try {
            return Multibase.decode(file.read().strip());
        } catch (MalformedException e) {
            throw file.bad(String.valueOf(e.getMessage()));
        }
    }

    /** Makes a key that is to take over, and takes away those that never did. Whoever calls it holds the issuer's log. */
    public PrivateKey createNext() {
        nextFiles().forEach(KeyFile::delete);
        PrivateKey made = PrivateKey.generate(random);
        next(made.publicKey()).create(made);
        return made;
    }

    /** Whether a key waits to take over. */
    public boolean hasNext(PublicKey next) {
        return next(next).exists();
    }

    /** Makes a key that was to take over the signing key, now that the log says so. @return false where there is no such key */
    public boolean takeOver(PublicKey next) {
        return next(next).moveOver(key);
    }

    private KeyFile next(PublicKey publicKey) {
        String did = DidKey.encode(publicKey);
        return at(key.path().getFileName() + NEXT + did.substring(did.lastIndexOf(':') + 1));
    }

    /** Keys that wait to take over. */
    private List<KeyFile> nextFiles() {
        String prefix = key.path().getFileName() + NEXT;
        List<KeyFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(sibling("."), file -> {
            String name = String.valueOf(file.getFileName());
            return name.startsWith(prefix) && !name.endsWith(".tmp");
        })) {
            files.forEach(path -> found.add(new KeyFile(path, passphrase, random)));
        } catch (IOException e) {
            throw new KeyProblem(
                    "The directory " + sibling(".") + " cannot be read: " + e,
                    "Let the user who runs the node own it.",
                    e);
        }
        return found;
    }

    /** Every private key of the issuer that is here. */
    public List<KeyFile> privateKeys() {
        List<KeyFile> all = new ArrayList<>();
        if (key.exists()) {
            all.add(key);
            all.addAll(nextFiles());
        }
        if (recovery().exists()) {
            all.add(recovery());
        }
        return all;
    }

    private KeyFile at(String name) {
        return new KeyFile(sibling(name), passphrase, random);
    }

    private Path sibling(String name) {
        return key.path().resolveSibling(name).normalize();
    }
}
