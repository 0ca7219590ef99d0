package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.util.Optional;

/**
 * What the issuer signs with: today's key, and the one that is to take over. Which of them is in force the log alone says; so
 * whoever signs asks with what the log says. Safe for use by several threads.
 */
public interface IssuerKeys {

    /**
     * The key to sign with, as far as is known without looking into the log: good for what is checked beside the log later.
     *
     * @throws IssuerKeyException where this instance has none
     */
    PrivateKey signingKey();

    /**
     * The private half of the key that the log says is in force. Looks into the files again where it is not the one in use:
     * another instance may have rotated it, or somebody put it there.
     *
     * @return empty where this instance does not have it, and must not sign
     */
    Optional<PrivateKey> inForce(PublicKey key);

    /**
     * Makes a key that is to take over, on disk for good when this returns. Until {@link #inForce} is asked for it, nothing else
     * changes. Whoever calls this holds the issuer's log, and has asked for the key in force.
     *
     * @throws IssuerKeyException where it cannot be kept
     */
    PrivateKey createNext();

    /** Whether a key that was made here waits to take over. */
    boolean isWaiting(PublicKey next);

    /** Who signs by ECDSA; empty where the issuer has no {@code did:web}. */
    Optional<WebIdentity> web();

    /** Whether the key is encrypted where it is kept. */
    boolean isEncrypted();
}
