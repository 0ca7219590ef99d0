package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.InvalidClaimsException;
import dev.grapevine.node.registry.OverloadedException;
import dev.grapevine.node.registry.PublishOutcome;
import dev.grapevine.node.registry.RegistryState;
import dev.grapevine.node.registry.web.InvalidFieldsException.Violation;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** What goes wrong at the profile endpoints, as problem details (RFC 9457). */
final class RegistryProblems {

    private static final String RETRY_AFTER_SECONDS = "1";

    private RegistryProblems() {}

    /** Any failure of reading or publishing a profile; others stay as they are. */
    static Throwable of(Throwable error) {
        return switch (error) {
            case InvalidFieldsException e -> invalid(e.violations());
            case InvalidClaimsException e -> invalid(List.of(violation(e)));
            case MalformedException e -> invalid(List.of(violation(e)));
            case OverloadedException e -> overloaded();
            default -> error;
        };
    }

    static Violation violation(InvalidClaimsException error) {
        String pointer = "/" + error.property().replace('.', '/').replaceAll("\\[(\\d+)]", "/$1");
        return new Violation(pointer, String.valueOf(error.getMessage()));
    }

    /** The body of a profile is too long or too deep. */
    static Violation violation(MalformedException error) {
        return new Violation("/publicClaims", String.valueOf(error.getMessage()));
    }

    private static ErrorResponseException invalid(List<Violation> violations) {
        ProblemDetail problem = problem(
                HttpStatus.BAD_REQUEST,
                "invalid-request",
                "Invalid Request",
                "The request has values that are not allowed; see errors.");
        problem.setProperty("errors", violations);
        return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null);
    }

    private static ErrorResponseException overloaded() {
        ErrorResponseException error = new ErrorResponseException(
                HttpStatus.SERVICE_UNAVAILABLE,
                problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "overloaded",
                        "Overloaded",
                        "More changes wait for the database than the node can queue; try again soon."),
                null);
        error.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return error;
    }

    static ErrorResponseException refused(PublishOutcome.Reason reason, String username) {
        return switch (reason) {
            case USERNAME_TAKEN ->
                conflict("username-taken", "Username Taken", "This issuer has a profile of " + username + " already.");
            case REVOKED ->
                conflict(
                        "profile-revoked",
                        "Profile Revoked",
                        "The profile of " + username + " is revoked, which is final; POST publishes a new one.");
            case UNKNOWN_USERNAME ->
                new ErrorResponseException(
                        HttpStatus.NOT_FOUND,
                        problem(
                                HttpStatus.NOT_FOUND,
                                "unknown-profile",
                                "Unknown Profile",
                                "This issuer has no profile of " + username + "."),
                        null);
        };
    }

    private static ErrorResponseException conflict(String type, String title, String detail) {
        return new ErrorResponseException(HttpStatus.CONFLICT, problem(HttpStatus.CONFLICT, type, title, detail), null);
    }

    /** Nobody knows the username: final only if the registry is current. */
    static ErrorResponseException notFound(String username, RegistryState.Snapshot state) {
        ProblemDetail problem = problem(
                HttpStatus.NOT_FOUND,
                "unknown-profile",
                "Unknown Profile",
                "No issuer known here has a profile of " + username + ".");
        problem.setProperty("registryState", state.completeness().text());
        problem.setProperty(
                "comparedAt", state.comparedAt().map(Instant::toString).orElse(null));
        return new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null);
    }

    private static ProblemDetail problem(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("/problems/" + type));
        problem.setTitle(title);
        return problem;
    }
}
