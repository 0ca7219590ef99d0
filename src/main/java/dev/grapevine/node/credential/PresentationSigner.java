package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.credential.jsonld.JsonLdException;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Signs presentations of which this node's issuer is the holder (VCDM 2.0 section 4.13). Safe for use by several threads. */
public final class PresentationSigner {

    private final IssuerIdentity identity;
    private final IssuerKeys keys;
    private final InstantSource clock;

    public PresentationSigner(IssuerIdentity identity, IssuerKeys keys, InstantSource clock) {
        this.identity = identity;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * What is signed with a presentation.
     *
     * @param cryptosuite one of {@link CredentialSigner#cryptosuites}
     * @param domain for which verifier; empty: for all
     * @param challenge of that verifier; empty: none
     */
    public record Options(String cryptosuite, Optional<String> domain, Optional<String> challenge) {}

    /**
     * Signs a presentation that was read strictly.
     *
     * @param json without a proof; a holder that is left out is put in
     * @return the presentation with its proof
     * @throws RefusedException where it breaks a rule of the data model, is another holder's, or has no canonical form
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public ObjectNode sign(JsonNode json, Options options) {
        if (!(json instanceof ObjectNode given)) {
            throw refused(Problem.malformed("presentation", "is not an object"));
        }
        ObjectNode presentation = given.deepCopy();
        if (!presentation.has("holder")) {
            presentation.put("holder", identity.id().did());
        }
        List<Problem> problems = problems(presentation);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        Cryptosuite suite = Cryptosuite.of(options.cryptosuite).orElseThrow();
        PrivateKey key = keys.signingKey();
        ObjectNode proof = CredentialSigner.config(suite, key, presentation, "authentication", clock.instant());
        options.domain.ifPresent(domain -> proof.put("domain", domain));
        options.challenge.ifPresent(challenge -> proof.put("challenge", challenge));
        try {
            byte[] hashData = suite.hashData(presentation, proof, Curve.ED25519);
            proof.put("proofValue", Multibase.BASE58BTC.encode(key.sign(hashData)));
        } catch (JsonLdException e) {
            throw refused(Problem.transformation(e));
        }
        presentation.set("proof", proof);
        return presentation;
    }

    private List<Problem> problems(ObjectNode presentation) {
        try {
            Jcs.requireIJson(presentation);
        } catch (MalformedException e) {
            return List.of(Problem.parsing(String.valueOf(e.getMessage())));
        }
        ContextCheck context = ContextCheck.of(presentation);
        List<Problem> problems = new ArrayList<>(context.check().problems());
        problems.addAll(PresentationStructure.problems(presentation, context.terms()));
        String did = identity.id().did();
        if (!ModelRules.isText(ModelRules.idOf(presentation.path("holder")), did)) {
            problems.add(Problem.malformed("holder", "is not " + did + ", for whom this node signs"));
        }
        if (presentation.has("proof")) {
            problems.add(Problem.malformed("proof", "is there already"));
        }
        return problems;
    }

    private static RefusedException refused(Problem problem) {
        return new RefusedException(List.of(problem));
    }
}
