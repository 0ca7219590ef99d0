package dev.grapevine.node.credential;

import dev.grapevine.node.credential.jsonld.JsonLdException;
import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * What is wrong with a credential, as a problem detail (RFC 9457 section 3.1).
 *
 * @param type a URI that names the kind of problem, by the specification that defines it
 * @param title the kind of problem in short
 * @param detail this very problem, for people
 */
@Schema(description = "What is wrong, as a problem detail (RFC 9457).")
public record Problem(
        @Schema(
                description = "URI of the kind of problem, by the specification that defines it.",
                example = "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR")
        String type,

        @Schema(description = "The kind of problem in short.", example = "CRYPTOGRAPHIC_SECURITY_ERROR")
        String title,

        @Schema(description = "This very problem, for people.")
        String detail) {

    /** VCDM 2.0 section 7.2. */
    private static final String DATA_MODEL = "https://www.w3.org/TR/vc-data-model#";

    /** Data Integrity section 4.7. */
    private static final String DATA_INTEGRITY = "https://w3id.org/security#";

    /** Bitstring Status List section 3.5. */
    private static final String STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#";

    /** The input is not the JSON that it should be. */
    public static Problem parsing(String detail) {
        return of(DATA_MODEL, "PARSING_ERROR", detail);
    }

    /** A property's value is not what the data model asks for. */
    public static Problem malformed(String property, String detail) {
        return of(DATA_MODEL, "MALFORMED_VALUE_ERROR", property + ": " + detail);
    }

    /** The proof does not fit the document: it was changed, or somebody else signed it. */
    static Problem cryptographic(String detail) {
        return of(DATA_MODEL, "CRYPTOGRAPHIC_SECURITY_ERROR", detail);
    }

    /** A value is well-formed, but outside what is acceptable. */
    static Problem range(String detail) {
        return of(DATA_MODEL, "RANGE_ERROR", detail);
    }

    /** The proof cannot be checked as it stands. */
    static Problem proof(String detail) {
        return of(DATA_INTEGRITY, "PROOF_VERIFICATION_ERROR", detail);
    }

    /** The proof was made for use elsewhere. */
    static Problem domain(String detail) {
        return of(DATA_INTEGRITY, "INVALID_DOMAIN_ERROR", detail);
    }

    /** The proof was not made over what the verifier had asked for: it may have been shown to another before. */
    static Problem challenge(String detail) {
        return of(DATA_INTEGRITY, "INVALID_CHALLENGE_ERROR", detail);
    }

    /** There is no canonical form for a proof to cover. */
    static Problem transformation(JsonLdException e) {
        return of(
                DATA_INTEGRITY,
                e.reason() == JsonLdException.Reason.DATA_LOSS
                        ? "DATA_LOSS_DETECTION_ERROR"
                        : "PROOF_TRANSFORMATION_ERROR",
                String.valueOf(e.getMessage()));
    }

    /** Controlled Identifiers section 3.5. */
    static Problem verificationMethod(String detail) {
        return of(DATA_INTEGRITY, "INVALID_VERIFICATION_METHOD", detail);
    }

    /** The status entry, or its list, is not what it should be. */
    static Problem status(String detail) {
        return of(STATUS_LIST, "STATUS_VERIFICATION_ERROR", detail);
    }

    /** The status list is not to be had. */
    static Problem statusRetrieval(String detail) {
        return of(STATUS_LIST, "STATUS_RETRIEVAL_ERROR", detail);
    }

    /** The status list is too short for anybody to hide in. */
    static Problem statusListLength(String detail) {
        return of(STATUS_LIST, "STATUS_LIST_LENGTH_ERROR", detail);
    }

    /** VCALM (the VC-API), section Error Handling. */
    public static Problem unknownOption(String detail) {
        return of("https://www.w3.org/TR/vcalm#", "UNKNOWN_OPTION_PROVIDED", detail);
    }

    /** No specification has a type for what the registry finds, so this API has its own. */
    static Problem registry(RegistryCheck.Standing standing, String detail) {
        ProblemType type = switch (standing) {
            case CURRENT -> throw new IllegalArgumentException("a current credential is no problem");
            case REPLACED -> ProblemType.REPLACED;
            case REVOKED -> ProblemType.REVOKED;
            case FORKED -> ProblemType.FORKED;
            case UNKNOWN_CREDENTIAL -> ProblemType.UNKNOWN_CREDENTIAL;
            case UNKNOWN_ISSUER -> ProblemType.UNKNOWN_ISSUER;
            case BLOCKED_ISSUER -> ProblemType.BLOCKED_ISSUER;
        };
        return own(type, detail);
    }

    /** One of this API's own. */
    static Problem own(ProblemType type, String detail) {
        return new Problem(type.uri().toString(), type.name(), detail);
    }

    private static Problem of(String base, String title, String detail) {
        return new Problem(base + title, title, detail);
    }
}
