package dev.grapevine.node.credential;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * One check of a credential and how it came out.
 *
 * @param detail for people: what was found
 * @param problems what is wrong; empty unless the check failed
 */
@Schema(description = "One check of a credential and how it came out.")
public record Check(
        Name name,
        Outcome outcome,
        @Schema(description = "For people: what was found.") String detail,

        @Schema(description = "What is wrong; empty unless the check failed.")
        List<Problem> problems) {

    /** What is checked. */
    @Schema(name = "CheckName", enumAsRef = true, description = """
                    structure: the credential or presentation is what the data model asks for; context: its terms mean what they seem to; proof: every \
                    proof is right; issuer: the issuer made one of the proofs; holder: the holder made one of the \
                    proofs, of a presentation; validity: the credential is valid now; status: its credentialStatus; \
                    schema: its credentialSchema; registry: its issuer \
                    stands by it in its log""")
    public enum Name {
        @JsonProperty("structure")
        STRUCTURE,
        @JsonProperty("context")
        CONTEXT,
        @JsonProperty("proof")
        PROOF,
        @JsonProperty("issuer")
        ISSUER,
        @JsonProperty("holder")
        HOLDER,
        @JsonProperty("validity")
        VALIDITY,
        @JsonProperty("status")
        STATUS,
        @JsonProperty("schema")
        SCHEMA,
        @JsonProperty("registry")
        REGISTRY
    }

    /** How a check came out. */
    public enum Outcome {
        @JsonProperty("passed")
        PASSED,
        @JsonProperty("failed")
        FAILED,
        /** There was nothing to check, or an earlier failure left nothing to check. */
        @JsonProperty("skipped")
        SKIPPED,
        /** What the check needs is not to be had now, and the caller has said that this is no failure. */
        @JsonProperty("unavailable")
        UNAVAILABLE
    }

    static Check passed(Name name, String detail) {
        return new Check(name, Outcome.PASSED, detail, List.of());
    }

    static Check skipped(Name name, String detail) {
        return new Check(name, Outcome.SKIPPED, detail, List.of());
    }

    static Check unavailable(Name name, String detail) {
        return new Check(name, Outcome.UNAVAILABLE, detail, List.of());
    }

    static Check failed(Name name, List<Problem> problems) {
        return new Check(name, Outcome.FAILED, problems.getFirst().detail(), List.copyOf(problems));
    }

    static Check failed(Name name, Problem problem) {
        return failed(name, List.of(problem));
    }

    /** Failed if there are problems, else passed. */
    static Check of(Name name, List<Problem> problems, String detail) {
        return problems.isEmpty() ? passed(name, detail) : failed(name, problems);
    }
}
