package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.credential.jsonld.JsonLd;
import dev.grapevine.node.credential.jsonld.JsonLdException;
import dev.grapevine.node.credential.jsonld.Terms;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives documents Data Integrity proofs by the key of this node's issuer. Safe for use by several threads. */
final class DocumentSigner {

    private final IssuerIdentity identity;
    private final IssuerKeys keys;
    private final InstantSource clock;

    DocumentSigner(IssuerIdentity identity, IssuerKeys keys, InstantSource clock) {
        this.identity = identity;
        this.keys = keys;
        this.clock = clock;
    }

    /** The rules of one kind of document. */
    interface Structure {
        /** @return what is wrong; empty if nothing is */
        List<Problem> problems(ObjectNode document, Optional<Terms> terms);
    }

    /**
     * Refuses a document that breaks a rule of the data model, has a proof, or is another's.
     *
     * @param curve on which it is to be signed
     * @param party the property that names whose it is
     * @param id what the document has as the id of that party
     * @throws RefusedException with everything that is wrong
     */
    void requireSound(ObjectNode document, Structure structure, Curve curve, String party, JsonNode id) {
        try {
            Jcs.requireIJson(document);
        } catch (MalformedException e) {
            throw refused(Problem.parsing(String.valueOf(e.getMessage())));
        }
        ContextCheck context = ContextCheck.of(document);
        List<Problem> problems = new ArrayList<>(context.check().problems());
        problems.addAll(structure.problems(document, context.terms()));
        String did = did(curve);
        if (!ModelRules.isText(id, did)) {
            problems.add(Problem.malformed(party, "is not " + did + ", for whom this node signs on " + curve.jose()));
        }
        if (document.has("proof")) {
            problems.add(Problem.malformed("proof", "is there already"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    /**
     * Puts a proof into a document (Data Integrity section 4.2).
     *
     * @param cryptosuite one of {@link CredentialSigner#cryptosuites}
     * @param curve one of its {@link CredentialSigner#curves}
     * @param options adds to what the proof says
     * @return the document
     * @throws RefusedException where it has no canonical form
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    ObjectNode sign(
            ObjectNode document, String cryptosuite, Curve curve, String purpose, Consumer<ObjectNode> options) {
        Cryptosuite suite = Cryptosuite.of(cryptosuite).orElseThrow();
        Signatory signatory = Signatory.of(keys, curve);
        nameProofTerms(document);
        ObjectNode proof = config(suite, signatory, document, purpose);
        options.accept(proof);
        try {
            byte[] hashData = suite.hashData(document, proof, signatory.curve());
            proof.put("proofValue", Multibase.BASE58BTC.encode(signatory.key().apply(hashData)));
        } catch (JsonLdException e) {
            throw refused(Problem.transformation(e));
        }
        document.set("proof", proof);
        return document;
    }

    /** Data Integrity section 2.4.2: VCDM 1.1's own context, unlike 2.0's, says nothing of proofs as they are now. */
    private static void nameProofTerms(ObjectNode document) {
        if (DataModel.of(document) == DataModel.V1_1 && !JsonLd.terms(document).contains(DataIntegrity.PROOF_TYPE)) {
            document.set("@context", document.withArray("@context").deepCopy().add(Vocabulary.DATA_INTEGRITY));
        }
    }

    /**
     * Signs a document as a JWT (VC-JOSE-COSE section 3.1).
     *
     * @param algorithm one of {@link CompactJws#ALGORITHMS}
     * @return the JWT in an envelope
     * @throws RefusedException where it is, or has, what no such JWT may hold
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    ObjectNode signJwt(ObjectNode document, String algorithm, JwtEnvelope.Kind kind) {
        List<Problem> problems = JwtEnvelope.forbidden(document);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        Signatory signatory = Signatory.of(keys, CompactJws.curve(algorithm));
        ObjectNode header = CompactJws.header(kind.mediaType(), signatory).put("cty", kind.contentType());
        return kind.around(kind.mediaType(), CompactJws.sign(header, document, signatory.key()));
    }

    /** Who signs on a curve. Fails like {@link Signatory#did}. */
    String did(Curve curve) {
        return Signatory.did(identity, keys, curve);
    }

    /** vc-di-eddsa section 3.3.1 and vc-di-ecdsa section 3.3.1 have a JCS proof carry the document's context. */
    private ObjectNode config(Cryptosuite suite, Signatory signatory, ObjectNode document, String purpose) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        if (!suite.signsRdf()) {
            config.set("@context", document.path("@context"));
        }
        return config.put("type", DataIntegrity.PROOF_TYPE)
                .put("cryptosuite", suite.toString())
                .put("created", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("verificationMethod", signatory.verificationMethod())
                .put("proofPurpose", purpose);
    }

    /** That one problem, of a document that cannot be signed. */
    static RefusedException refused(Problem problem) {
        return new RefusedException(List.of(problem));
    }
}
