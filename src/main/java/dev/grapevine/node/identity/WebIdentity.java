package dev.grapevine.node.identity;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.VerificationKey;
import java.util.List;

/**
 * The issuer under the name that its domain vouches for, with keys that are in no log: its DID document has them beside those that are, and
 * is what they stand by.
 *
 * @param did the {@code did:web}
 * @param keys what it signs with, one a curve
 * @param published the public halves of those keys, and of keys before them
 */
public record WebIdentity(String did, List<EcdsaKey> keys, List<VerificationKey> published) {

    /** The curves of its keys. */
    public static final List<Curve> CURVES = List.of(Curve.P256, Curve.P384);

    /** The key on one of {@link #CURVES}. */
    public EcdsaKey key(Curve curve) {
        return keys.stream()
                .filter(key -> key.publicKey().curve() == curve)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no key on " + curve.jose()));
    }

    /** The DID URL in that document of one of the keys that are published. */
    public String verificationMethod(VerificationKey key) {
        return did + "#" + key.multikey();
    }
}
