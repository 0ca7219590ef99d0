package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs credentials that a caller has written, with a key of this node's issuer: the one that its log says is in force, or by ECDSA
 * one that its {@code did:web} has beside it. They are in no log; profiles are
 * {@link CredentialIssuer}'s. Safe for use by several threads.
 */
public final class CredentialSigner {

    private final IssuerIdentity identity;
    private final DocumentSigner signer;

    public CredentialSigner(IssuerIdentity identity, IssuerKeys keys, InstantSource clock) {
        this.identity = identity;
        this.signer = new DocumentSigner(identity, keys, clock);
    }

    /** Of what makes no credential of this issuer. */
    public static final class RefusedException extends RuntimeException {

        private final transient List<Problem> problems;

        RefusedException(List<Problem> problems) {
            super(problems.getFirst().detail());
            this.problems = List.copyOf(problems);
        }

        /** Everything that is wrong with it; at least one. */
        public List<Problem> problems() {
            return problems;
        }
    }

    /** The names of the cryptosuites that this node signs by; the first is meant where none is named. */
    public static List<String> cryptosuites() {
        return Cryptosuite.names();
    }

    /**
     * The curves of the keys that this node signs with by a cryptosuite; the first is meant where none is named.
     *
     * @param cryptosuite one of {@link #cryptosuites}
     */
    public static List<Curve> curves(String cryptosuite) {
        return Cryptosuite.of(cryptosuite).orElseThrow().ownCurves();
    }

    /** The algorithms that this node signs JWTs by; the first is meant where none is named. */
    public static List<String> algorithms() {
        return CompactJws.ALGORITHMS;
    }

    /**
     * Whether what is signed is the issuer's under its {@code did:web}.
     *
     * @param by one of {@link #cryptosuites} or {@link #algorithms}
     */
    public static boolean isOfWeb(String by) {
        return curve(by) != Curve.ED25519;
    }

    private static Curve curve(String by) {
        return Cryptosuite.of(by).map(suite -> suite.ownCurves().getFirst()).orElseGet(() -> CompactJws.curve(by));
    }

    /**
     * In whose name it signs.
     *
     * @param by one of {@link #cryptosuites} or {@link #algorithms}
     * @throws RefusedException where this node does not sign so
     */
    public String did(String by) {
        return signer.did(curve(by));
    }

    /**
     * Whether signing processes JSON as JSON-LD, as {@link CredentialVerifier#takesLong}.
     *
     * @param by one of {@link #cryptosuites} or {@link #algorithms}
     */
    public static boolean takesLong(JsonNode json, String by) {
        return Cryptosuite.of(by).filter(Cryptosuite::signsRdf).isPresent() || CredentialVerifier.takesLong(json);
    }

    /**
     * Signs a credential that was read strictly.
     *
     * @param json without a proof; an issuer that is left out is put in
     * @param cryptosuite one of {@link #cryptosuites}
     * @param curve one of its {@link #curves}
     * @return the credential with its proof
     * @throws RefusedException where it breaks a rule of the data model, is another issuer's, or has no canonical form
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public ObjectNode sign(JsonNode json, String cryptosuite, Curve curve) {
        return signer.sign(sound(json, curve), cryptosuite, curve, "assertionMethod", proof -> {});
    }

    /** The same, on the curve that is meant where none is named. */
    public ObjectNode sign(JsonNode json, String cryptosuite) {
        return sign(json, cryptosuite, curve(cryptosuite));
    }

    /**
     * Signs a credential that was read strictly as a JWT (VC-JOSE-COSE section 3.1.1).
     *
     * @param json as for {@link #sign}
     * @param algorithm one of {@link #algorithms}
     * @return the JWT in an envelope (VCDM 2.0 section 4.13.2)
     * @throws RefusedException as {@link #sign}
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public ObjectNode signJwt(JsonNode json, String algorithm) {
        return signer.signJwt(sound(json, CompactJws.curve(algorithm)), algorithm, JwtEnvelope.Kind.CREDENTIAL);
    }

    /** A copy with its issuer. */
    private ObjectNode sound(JsonNode json, Curve curve) {
        if (!(json instanceof ObjectNode given)) {
            throw DocumentSigner.refused(Problem.malformed("credential", "is not an object"));
        }
        ObjectNode credential = JsonNodeFactory.instance.objectNode();
        credential.setAll(given);
        if (!credential.has("issuer")) {
            putIssuer(credential, signer.did(curve));
        }
        signer.requireSound(
                credential, CredentialStructure::problems, curve, "issuer", CredentialStructure.issuer(credential));
        return credential;
    }

    /** Data model 1.1 has no word for a name. */
    private void putIssuer(ObjectNode credential, String did) {
        switch (DataModel.of(credential)) {
            case V1_1 -> credential.put("issuer", did);
            case V2_0 -> credential.putObject("issuer").put("id", did).put("name", identity.name());
        }
    }
}
