package dev.grapevine.node.identity;

import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.KeyFile;
import dev.grapevine.keys.KeyProblem;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The issuer's keys in files, which several instances may share. */
final class FileIssuerKeys implements IssuerKeys {

    private static final Logger LOG = LoggerFactory.getLogger(FileIssuerKeys.class);

    private final IssuerFiles files;
    private final IssuerId issuer;
    private final Optional<WebIdentity> web;
    private volatile @Nullable PrivateKey key;

    /** @param key what the key file holds; null where there is none */
    FileIssuerKeys(IssuerFiles files, IssuerId issuer, @Nullable PrivateKey key, Optional<WebIdentity> web) {
        this.files = files;
        this.issuer = issuer;
        this.key = key;
        this.web = web;
    }

    @Override
    public PrivateKey signingKey() {
        PrivateKey known = key;
        if (known == null) {
            throw IssuerKeyException.missing(issuer, files.key().path());
        }
        return known;
    }

    @Override
    public Optional<PrivateKey> inForce(PublicKey wanted) {
        PrivateKey known = key;
        return known != null && known.publicKey().equals(wanted) ? Optional.of(known) : look(wanted);
    }

    /** One thread at a time, so that one of them moves the files and the others find it done. */
    private synchronized Optional<PrivateKey> look(PublicKey wanted) {
        try {
            boolean tookOver = files.takeOver(wanted);
            KeyFile file = files.key();
            if (!file.exists() || !file.publicKey().equals(wanted)) {
                return Optional.empty();
            }
            PrivateKey found = file.read();
            if (!found.publicKey().equals(wanted)) {
                return Optional.empty();
            }
            key = found;
            LOG.info(
                    "The issuer signs with {} from now on{}.", file.did(), tookOver ? "" : ", found in " + file.path());
            return Optional.of(found);
        } catch (KeyProblem e) {
            LOG.warn("{} {}", e.getMessage(), e.remedy());
            return Optional.empty();
        }
    }

    @Override
    public PrivateKey createNext() {
        try {
            return files.createNext();
        } catch (KeyProblem e) {
            throw IssuerKeyException.of(e);
        }
    }

    @Override
    public boolean isWaiting(PublicKey next) {
        return files.hasNext(next);
    }

    @Override
    public Optional<WebIdentity> web() {
        return web;
    }

    @Override
    public boolean isEncrypted() {
        try {
            return files.key().exists() && files.key().isEncrypted();
        } catch (KeyProblem e) {
            return false;
        }
    }
}
