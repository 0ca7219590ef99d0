package dev.grapevine.node.identity;

import dev.grapevine.keys.EcdsaKey;

/**
 * The issuer under the name that its domain vouches for, with a key that is in no log: its DID document has it beside those that are, and
 * is what it stands by.
 *
 * @param did the {@code did:web}
 */
public record WebIdentity(String did, EcdsaKey key) {

    /** The DID URL of the key in that document. */
    public String verificationMethod() {
        return did + "#" + key.publicKey().multikey();
    }
}
