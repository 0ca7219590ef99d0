package dev.grapevine.node.credential;

import java.util.Optional;

/**
 * What a verifier wants of a proof besides its being right (Data Integrity section 4.4).
 *
 * @param purpose its {@code proofPurpose}
 * @param domain where it is to be used; empty: anywhere
 * @param challenge what the verifier had it made over; empty: nothing
 */
record ExpectedProof(String purpose, Optional<String> domain, Optional<String> challenge) {

    /** Of a credential, by which its issuer says that it is so. */
    static final ExpectedProof OF_CREDENTIAL = new ExpectedProof("assertionMethod", Optional.empty(), Optional.empty());
}
