package dev.grapevine.node.credential;

import dev.grapevine.keys.DidWeb;
import dev.grapevine.keys.VerificationMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A credential or presentation, out of whatever secured it: proofs inside of it, or an envelope around it.
 *
 * @param document what was secured; with its proofs where they are inside
 * @param structure what is wrong with what secured it, as a form
 * @param proof what is wrong with how it was secured
 * @param how for people: by what it was secured
 * @param methods whose keys made the proofs, as far as this node can resolve them
 */
record Opened(
        ObjectNode document,
        List<Problem> structure,
        List<Problem> proof,
        String how,
        List<VerificationMethod> methods) {

    /**
     * Opens an envelope, or takes a document with its proofs.
     *
     * @throws dev.grapevine.libp2p.multiformats.MalformedException where an envelope holds no document of that kind
     */
    static Opened of(JwtEnvelope.Kind kind, ObjectNode input, ExpectedProof expected, Instant now) {
        Instant latestCreated = now.plus(CredentialVerifier.CLOCK_TOLERANCE);
        return JwtEnvelope.isEnvelope(input, kind)
                ? JwtEnvelope.open(kind, input, expected, now, latestCreated)
                : dataIntegrity(input, expected, now, latestCreated);
    }

    /**
     * The DIDs whose documents opening needs.
     *
     * @throws dev.grapevine.libp2p.multiformats.MalformedException where an envelope holds no document of that kind
     */
    static Set<String> dids(JwtEnvelope.Kind kind, ObjectNode input) {
        Stream<String> methods = JwtEnvelope.isEnvelope(input, kind)
                ? Stream.of(JwtEnvelope.methodId(kind, input))
                : ProofSet.methodIds(input);
        return methods.filter(DidWeb::is).map(DidDocuments::did).collect(Collectors.toSet());
    }

    /** By Data Integrity proofs (Data Integrity section 4.5). */
    private static Opened dataIntegrity(
            ObjectNode document, ExpectedProof expected, Instant now, Instant latestCreated) {
        ModelRules rules = new ModelRules(Optional.empty());
        rules.secured(document);
        return new Opened(
                document,
                rules.problems(),
                ProofSet.verify(document, expected, now, latestCreated),
                "signed by " + ProofSet.suites(document),
                ProofSet.methods(document, expected).toList());
    }

    /** Of what its own rules say, and what the rules of its form say. */
    List<Problem> structureWith(List<Problem> ofDocument) {
        List<Problem> all = new ArrayList<>(structure);
        all.addAll(ofDocument);
        return all;
    }
}
