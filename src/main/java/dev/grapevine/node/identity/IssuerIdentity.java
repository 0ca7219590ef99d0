package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The issuer on whose behalf this node signs. What it signs with is another matter, which changes: {@link IssuerKeys}.
 *
 * @param name how people know it
 * @param didWeb its alias, if it has one
 * @param recoveryKey the public half of the key that can replace a lost or stolen signing key; null where it was left behind,
 *     which an issuer whose log has begun does not miss
 * @param isNew whether its first key was made at this very start, so that nobody can know more of its log than this node
 */
public record IssuerIdentity(
        IssuerId id,
        String name,
        @Nullable String didWeb,
        @Nullable PublicKey recoveryKey,
        boolean isNew) {

    /** An issuer that there was before. */
    public IssuerIdentity(IssuerId id, String name, @Nullable String didWeb, @Nullable PublicKey recoveryKey) {
        this(id, name, didWeb, recoveryKey, false);
    }
}
