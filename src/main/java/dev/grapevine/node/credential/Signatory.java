package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.DidKey;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.identity.WebIdentity;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * In whose name this node signs, and with which key. By Ed25519 it is the issuer under the DID of its first key, with the key that its log says is
 * in force; by P-256 and P-384 the same issuer under its {@code did:web}, because whoever a document is from must be the controller of
 * the key that signs it (Controlled Identifiers section 3.3).
 *
 * @param publicKey the key's public half
 * @param verificationMethod its DID URL
 * @param key signs
 */
record Signatory(VerificationKey publicKey, String verificationMethod, UnaryOperator<byte[]> key) {

    /** The curves that this node may sign on. */
    static final List<Curve> CURVES =
            Stream.concat(Stream.of(Curve.ED25519), WebIdentity.CURVES.stream()).toList();

    /** @throws RefusedException where this node does not sign on that curve */
    static String did(IssuerIdentity identity, IssuerKeys keys, Curve curve) {
        return curve == Curve.ED25519 ? identity.id().did() : web(keys).did();
    }

    /**
     * @throws RefusedException where this node does not sign on that curve
     * @throws dev.grapevine.node.identity.IssuerKeyException where the key is missing
     */
    static Signatory of(IssuerKeys keys, Curve curve) {
        if (curve == Curve.ED25519) {
            PrivateKey key = keys.signingKey();
            PublicKey open = key.publicKey();
            return new Signatory(VerificationKey.of(open), DidKey.verificationMethod(open), key::sign);
        }
        WebIdentity web = web(keys);
        EcdsaKey key = web.key(curve);
        return new Signatory(key.publicKey(), web.verificationMethod(key.publicKey()), key::sign);
    }

    /**
     * This node with the private half of a key.
     *
     * @throws MalformedException where it has none of that key
     * @throws dev.grapevine.node.identity.IssuerKeyException where the key is missing
     */
    static Signatory holding(IssuerKeys keys, VerificationKey key) {
        if (key.curve() == Curve.ED25519 || keys.web().isPresent()) {
            Signatory own = of(keys, key.curve());
            if (own.publicKey.equals(key)) {
                return own;
            }
        }
        throw new MalformedException("the credential is bound to a key that this node does not sign with");
    }

    Curve curve() {
        return publicKey.curve();
    }

    private static WebIdentity web(IssuerKeys keys) {
        return keys.web()
                .orElseThrow(
                        () -> DocumentSigner.refused(Problem.unknownOption("this node signs by ECDSA in the name of"
                                + " its did:web alone, and has none: its operator sets GRAPEVINE_PUBLIC_URL or"
                                + " GRAPEVINE_ISSUER_DID_WEB")));
    }
}
