package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the node's key files, and makes those that are not there yet. */
final class KeyRing {

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    private final SecureRandom random;

    KeyRing(SecureRandom random) {
        this.random = random;
    }

    /** The private key of a file; a new one where there is no file. */
    PrivateKey key(Path path) {
        KeyFile file = KeyFile.secret(path);
        if (!file.exists()) {
            file.create(PrivateKey.generate(random).encoded());
        }
        return privateKey(file);
    }

    /**
     * The public half of the recovery key, from {@code recovery.pub}; where that is not there yet, both halves are made.
     * {@code recovery.key} itself is needed only to recover, and belongs somewhere else.
     */
    PublicKey recoveryKey(Path directory) {
        KeyFile secret = KeyFile.secret(directory.resolve("recovery.key"));
        KeyFile open = KeyFile.open(directory.resolve("recovery.pub"));
        if (!open.exists()) {
            if (!secret.exists() && secret.create(PrivateKey.generate(random).encoded())) {
                log.warn(
                        "Made the issuer's recovery key: move {} to a safe place off this machine. It is the way back when"
                                + " the issuer's key is lost or stolen; the node itself never needs it.",
                        secret.path());
            }
            open.create(privateKey(secret).publicKey().encoded());
        }
        PublicKey key = publicKey(open);
        if (secret.exists() && !privateKey(secret).publicKey().equals(key)) {
            throw open.bad("it is not the public half of " + secret.path());
        }
        return key;
    }

    private static PrivateKey privateKey(KeyFile file) {
        try {
            return PrivateKey.decode(file.read());
        } catch (MalformedException e) {
            throw file.bad(String.valueOf(e.getMessage()));
        }
    }

    private static PublicKey publicKey(KeyFile file) {
        try {
            return PublicKey.decode(file.read());
        } catch (MalformedException e) {
            throw file.bad(String.valueOf(e.getMessage()));
        }
    }
}
