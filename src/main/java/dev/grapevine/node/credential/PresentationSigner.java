package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Signs presentations of which this node's issuer is the holder (VCDM 2.0 section 4.13). Safe for use by several threads. */
public final class PresentationSigner {

    private final DocumentSigner signer;

    public PresentationSigner(IssuerIdentity identity, IssuerKeys keys, InstantSource clock) {
        this.signer = new DocumentSigner(identity, keys, clock);
    }

    /**
     * What is signed with a presentation.
     *
     * @param domain for which verifier; empty: for all
     * @param challenge of that verifier; empty: none
     */
    public record Options(Optional<String> domain, Optional<String> challenge) {}

    /**
     * Signs a presentation that was read strictly.
     *
     * @param json without a proof; a holder that is left out is put in
     * @param cryptosuite one of {@link CredentialSigner#cryptosuites}
     * @param curve one of its {@link CredentialSigner#curves}
     * @return the presentation with its proof
     * @throws RefusedException where it breaks a rule of the data model, is another holder's, or has no canonical form
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public ObjectNode sign(JsonNode json, String cryptosuite, Curve curve, Options options) {
        return signer.sign(sound(json, curve), cryptosuite, curve, "authentication", proof -> {
            options.domain.ifPresent(domain -> proof.put("domain", domain));
            options.challenge.ifPresent(challenge -> proof.put("challenge", challenge));
        });
    }

    /**
     * Signs a presentation that was read strictly as a JWT (VC-JOSE-COSE section 3.1.2), for its {@code aud} and over its {@code nonce}.
     *
     * @param algorithm one of {@link CredentialSigner#algorithms}
     * @return the JWT in an envelope (VCDM 2.0 section 4.13.3)
     * @throws RefusedException as {@link #sign}
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public ObjectNode signJwt(JsonNode json, String algorithm, Options options) {
        ObjectNode presentation = sound(json, CompactJws.curve(algorithm));
        options.domain.ifPresent(domain -> presentation.put("aud", domain));
        options.challenge.ifPresent(challenge -> presentation.put("nonce", challenge));
        return signer.signJwt(presentation, algorithm, JwtEnvelope.Kind.PRESENTATION);
    }

    /** A copy with its holder. */
    private ObjectNode sound(JsonNode json, Curve curve) {
        if (!(json instanceof ObjectNode given)) {
            throw DocumentSigner.refused(Problem.malformed("presentation", "is not an object"));
        }
        ObjectNode presentation = given.deepCopy();
        if (!presentation.has("holder")) {
            presentation.put("holder", signer.did(curve));
        }
        signer.requireSound(
                presentation,
                PresentationStructure::problems,
                curve,
                "holder",
                ModelRules.idOf(presentation.path("holder")));
        return presentation;
    }
}
