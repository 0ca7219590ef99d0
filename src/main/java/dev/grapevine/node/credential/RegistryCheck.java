package dev.grapevine.node.credential;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import java.util.Set;
import reactor.core.publisher.Mono;

/** What the registry knows of a credential. The registry implements it; a node without one skips the check. */
public interface RegistryCheck {

    /**
     * Looks a credential up in its issuer's log.
     *
     * @param issuer who issued it, by the credential
     * @param digest the SHA-256 of the credential's canonical form, as in {@link IssuedCredential}
     * @param signers the keys that its proofs name
     * @return exactly one finding; {@link java.util.concurrent.RejectedExecutionException} where too many are asked for at once
     */
    Mono<Finding> find(IssuerId issuer, byte[] digest, Set<PublicKey> signers);

    /** How a credential stands in its issuer's log. */
    enum Standing {
        /** It is what the issuer says of the person now. */
        CURRENT,
        /** The issuer has published a newer version of the profile. */
        REPLACED,
        /** The issuer has revoked the profile. */
        REVOKED,
        /** The issuer has forked its log, and stated this at the fork or after it: nobody can tell whether it stands. */
        FORKED,
        /** The log does not hold it: never published, erased, or not received yet. */
        UNKNOWN_CREDENTIAL,
        /** This node holds no log of that issuer. */
        UNKNOWN_ISSUER,
        /** This node's operator has blocked the issuer. */
        BLOCKED_ISSUER
    }

    /** Whose the keys are that signed a credential (docs/decisions/2026-11-28-credentials-of-rotated-keys.md). */
    enum Signer {
        /** The issuer's key in force at the place in its log where the credential stands. */
        IN_FORCE,
        /** At that place another key was in force. */
        OUT_OF_FORCE,
        /** The log does not hold the credential; the issuer signs or has signed with the key. */
        OF_ISSUER,
        /** Not the issuer's, as far as this node knows. */
        STRANGER
    }

    /**
     * How a credential stands, and how far that can be relied on.
     *
     * @param signer of the best of the keys that were asked for
     * @param detail for people: the issuer's trust and the registry's state, such as "a trusted issuer; the registry is
     *     current"
     */
    record Finding(Standing standing, Signer signer, String detail) {}
}
