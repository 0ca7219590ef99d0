package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** Documents that a test signs itself. */
public final class Signed {

    private Signed() {}

    /** A copy of a document with a proof by the key, in place of those that it had. */
    public static ObjectNode by(PrivateKey key, String suite, ObjectNode document, String proof) {
        return by(key, suite, document, proof, DidKey.verificationMethod(key.publicKey()));
    }

    /** The same, by a key that goes under another name. */
    static ObjectNode by(PrivateKey key, String suite, ObjectNode document, String proof, String method) {
        ObjectNode config = parse(proof);
        config.put("type", DataIntegrity.PROOF_TYPE).put("cryptosuite", suite).put("verificationMethod", method);
        ObjectNode signed = DataIntegrity.copyWithout(document, "proof");
        byte[] hashData = hashData(suite, signed, config);
        config.put("proofValue", Multibase.BASE58BTC.encode(key.sign(hashData)));
        signed.set("proof", config);
        return signed;
    }

    /** What a key of Ed25519 signs of a document without proofs, and of a proof without its value. */
    public static byte[] hashData(String suite, ObjectNode document, ObjectNode config) {
        return Cryptosuite.of(suite).orElseThrow().hashData(document, config, Curve.ED25519);
    }

    public static ObjectNode parse(String json) {
        return (ObjectNode) CredentialJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
