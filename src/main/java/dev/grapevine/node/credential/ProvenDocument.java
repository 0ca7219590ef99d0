package dev.grapevine.node.credential;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A document that is secured by Data Integrity proofs inside of it (Data Integrity section 4.5). */
record ProvenDocument(ObjectNode document) implements Secured {

    @Override
    public Stream<String> methodIds() {
        return ProofSet.methodIds(document);
    }

    @Override
    public Opened open(ExpectedProof expected, Instant now) {
        ModelRules rules = new ModelRules(Optional.empty());
        rules.secured(document);
        return new Opened(
                document,
                rules.problems(),
                ProofSet.verify(document, expected, now, now.plus(CredentialVerifier.CLOCK_TOLERANCE)),
                "signed by " + ProofSet.suites(document),
                ProofSet.methods(document, expected).toList());
    }
}
