package dev.grapevine.node.identity;

/**
 * What the digests of repeated requests are keyed with: the instances of one issuer share it, it is not in the database, and it
 * stays when the signing key changes.
 *
 * @param bytes not to be changed
 */
public record RequestSecret(byte[] bytes) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "RequestSecret";
    }
}
