package dev.grapevine.node.identity;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.DidKey;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.EcdsaKeyFile;
import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.KeyFile;
import dev.grapevine.keys.KeyProblem;
import dev.grapevine.keys.Passphrase;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.start.StartProblem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the node's key files at its start, makes those that are not there yet, and encrypts plain ones where it is to. */
final class KeyRing {

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    private final Optional<Passphrase> passphrase;
    private final SecureRandom random;

    KeyRing(Optional<Passphrase> passphrase, SecureRandom random) {
        this.passphrase = passphrase;
        this.random = random;
    }

    /**
     * Who the issuer is, by its files.
     *
     * @param requestSecret of {@link RequestSecret}
     * @param signingKey null where it is missing, which is right for an issuer that is to be recovered
     * @param isNew whether its key was made just now
     */
    record Issuer(
            IssuerId id,
            IssuerFiles files,
            byte[] requestSecret,
            @Nullable PrivateKey signingKey,
            boolean isNew) {}

    /** The private key of a file; a new one where there is no file. */
    PrivateKey key(Path path) {
        return orStartProblem(() -> {
            KeyFile file = new KeyFile(path, passphrase, random);
            if (!file.exists()) {
                file.createNew();
            }
            protect(file);
            return file.read();
        });
    }

    /**
     * The issuer whose files these are; a new one where there are none.
     *
     * @param recovering whether its key may be missing
     */
    Issuer issuer(Path keyFile, boolean recovering) {
        return orStartProblem(() -> {
            IssuerFiles files = new IssuerFiles(keyFile, passphrase, random);
            Optional<String> known = files.id();
            boolean isNew = known.isEmpty() && !files.key().exists();
            if (known.isEmpty()) {
                begin(files, recovering);
            } else if (!files.key().exists() && !recovering) {
                throw missing(files, known.get());
            } else if (files.recovery().exists()) {
                files.createRecovery();
            }
            files.privateKeys().forEach(KeyRing::protect);
            PrivateKey signingKey = files.key().exists() ? files.key().read() : null;
            byte[] secret = files.secret(signingKey == null ? PrivateKey.generate(random) : signingKey);
            return new Issuer(IssuerId.parse(files.id().orElseThrow()), files, secret, signingKey, isNew);
        });
    }

    /** A new issuer, or one from before there were files for its id; then its key is still its first. */
    private static void begin(IssuerFiles files, boolean recovering) {
        if (recovering && !files.key().exists()) {
            throw new StartProblem(
                    "Which issuer is to be recovered is not known: there is no " + files.idPath() + ".",
                    "Write its id into that file, did:key:z6Mk…; any node that knows it tells it at /api/v1/issuers.");
        }
        if (!files.key().exists()) {
            files.key().createNew();
        }
        if (files.createRecovery()) {
            log.warn(
                    "Made the issuer's recovery key: move {} to a safe place off this machine. It is the way back when the"
                            + " issuer's key is lost or stolen; the node itself never needs it.",
                    files.recovery().path());
        }
        PublicKey first = files.key().read().publicKey();
        files.createId(files.key().issuer().orElseGet(() -> DidKey.encode(first)));
    }

    /** The issuer under its {@code did:web}, with new keys where there are no files. */
    WebIdentity web(String did, IssuerFiles files) {
        return orStartProblem(() -> {
            List<EcdsaKey> keys = new ArrayList<>();
            List<VerificationKey> published = new ArrayList<>();
            for (Curve curve : WebIdentity.CURVES) {
                EcdsaKeyFile file = files.ecdsaKey(curve);
                EcdsaKey key = file.readOrCreate();
                keys.add(key);
                published.addAll(file.publish(key));
            }
            return new WebIdentity(did, keys, published);
        });
    }

    private static StartProblem missing(IssuerFiles files, String did) {
        return new StartProblem(
                "The key of issuer " + did + " is missing: there is no "
                        + files.key().path() + ".",
                "Put it back from a backup, or run './grapevine issuer-key import'. If it is lost, start the node with"
                        + " GRAPEVINE_ISSUER_RECOVERING=true and run './grapevine issuer-key recover'. To begin anew under another"
                        + " name, move " + files.idPath() + " away.");
    }

    private static void protect(KeyFile file) {
        if (file.protect()) {
            log.info("Encrypted the key file {}.", file.path());
        }
    }

    private static <T> T orStartProblem(Supplier<T> work) {
        try {
            return work.get();
        } catch (KeyProblem e) {
            throw new StartProblem(String.valueOf(e.getMessage()), e.remedy(), e);
        }
    }
}
