package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The issuer on whose behalf this node signs.
 *
 * @param signingKey what it signs credentials and profile events with
 * @param name how people know it
 * @param didWeb its alias, if it has one
 * @param recoveryKey the public half of the key that can replace a lost or stolen signing key
 */
public record IssuerIdentity(
        IssuerId id,
        PrivateKey signingKey,
        String name,
        @Nullable String didWeb,
        PublicKey recoveryKey) {}
