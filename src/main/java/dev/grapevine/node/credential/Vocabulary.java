package dev.grapevine.node.credential;

/** Contexts and types that this node writes. */
public final class Vocabulary {

    /** The context that every VCDM 2.0 document starts with. */
    static final String VCDM = "https://www.w3.org/ns/credentials/v2";

    /** Gives the words of proofs their meaning in documents whose own contexts do not. */
    static final String DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2";

    /** Grapevine's own, of profile credentials. */
    public static final String PROFILE = "https://w3id.org/grapevine/profile/v1";

    /** Gives words that no other context defines a meaning of their own (VCDM 2.0 section 5.11). */
    static final String UNDEFINED_TERMS = "https://www.w3.org/ns/credentials/undefined-terms/v2";

    static final String CREDENTIAL_TYPE = "VerifiableCredential";

    static final String PRESENTATION_TYPE = "VerifiablePresentation";

    static final String PROFILE_CREDENTIAL_TYPE = "ProfileCredential";

    private Vocabulary() {}
}
