package dev.grapevine.node.credential;

import java.util.Optional;

/**
 * What a verifier wants of a proof besides its being right (Data Integrity section 4.4).
 *
 * @param purpose its {@code proofPurpose}
 * @param domain where it is to be used; empty: anywhere
 * @param challenge what the verifier had it made over; empty: nothing
 * @param dids by which its verification method is found
 */
record ExpectedProof(String purpose, Optional<String> domain, Optional<String> challenge, DidDocuments dids) {

    /** Of a credential, by which its issuer says that it is so. */
    static final ExpectedProof OF_CREDENTIAL =
            new ExpectedProof("assertionMethod", Optional.empty(), Optional.empty(), DidDocuments.NONE);

    ExpectedProof with(DidDocuments resolved) {
        return new ExpectedProof(purpose, domain, challenge, resolved);
    }
}
