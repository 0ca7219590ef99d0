package dev.grapevine.node.credential;

import java.util.List;

/**
 * How a credential's verification came out.
 *
 * @param checks every check, in the order of {@link Check.Name}
 */
public record VerificationResult(List<Check> checks) {

    /** Whether the credential can be relied on: no check failed. */
    public boolean verified() {
        return checks.stream().noneMatch(check -> check.outcome() == Check.Outcome.FAILED);
    }

    /** Everything that is wrong. */
    public List<Problem> problems() {
        return checks.stream().flatMap(check -> check.problems().stream()).toList();
    }

    /** Of input that is no credential at all. */
    public static VerificationResult unreadable(Problem problem) {
        return new VerificationResult(List.of(Check.failed(Check.Name.STRUCTURE, problem)));
    }
}
