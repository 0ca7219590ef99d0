package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.InvalidClaimsException;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.registry.ClockOffException;
import dev.grapevine.node.registry.LogForkedException;
import dev.grapevine.node.registry.OverloadedException;
import dev.grapevine.node.registry.PublishOutcome;
import dev.grapevine.node.registry.RegistryState;
import dev.grapevine.node.registry.web.InvalidFieldsException.Violation;
import java.time.Instant;
import java.util.List;
import org.springframework.web.ErrorResponseException;

/** What goes wrong at the profile endpoints, as problem details (RFC 9457). */
final class RegistryProblems {

    private static final int RETRY_AFTER_SECONDS = 1;

    /** Until somebody has set a clock, or copied a key. */
    private static final int MENDED_BY_PEOPLE_SECONDS = 60;

    private RegistryProblems() {}

    /** Any failure of reading or publishing a profile; others stay as they are. */
    static Throwable of(Throwable error) {
        return switch (error) {
            case InvalidFieldsException e -> invalid(e.violations());
            case InvalidClaimsException e -> invalid(List.of(violation(e)));
            case MalformedException e -> invalid(List.of(violation(e)));
            case OverloadedException e -> overloaded();
            case ClockOffException e -> clockOff(e);
            case IssuerKeyException e -> keyMissing(e);
            case LogForkedException e -> logForked(e);
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
        ErrorResponseException error =
                ProblemType.INVALID_REQUEST.exception("The request has values that are not allowed; see errors.");
        error.getBody().setProperty("errors", violations);
        return error;
    }

    private static ErrorResponseException overloaded() {
        return ProblemType.OVERLOADED.exception(
                "More waits for the database, or more rosters come at once, than the node takes; try again soon.",
                RETRY_AFTER_SECONDS);
    }

    private static ErrorResponseException clockOff(ClockOffException off) {
        return ProblemType.CLOCK_OFF.exception(
                "Nothing was done: " + off.getMessage() + ", and what it signs would not be believed.",
                MENDED_BY_PEOPLE_SECONDS);
    }

    private static ErrorResponseException keyMissing(IssuerKeyException missing) {
        return ProblemType.ISSUER_KEY_MISSING.exception(
                "Nothing was done: " + missing.getMessage() + " " + missing.remedy(), MENDED_BY_PEOPLE_SECONDS);
    }

    private static ErrorResponseException logForked(LogForkedException forked) {
        ErrorResponseException error = ProblemType.LOG_FORKED.exception("Nothing was done: " + forked.getMessage()
                + ". The node publishes again once the recovery key has said which branch stands.");
        error.getBody().setProperty("sequence", forked.sequence());
        return error;
    }

    static ErrorResponseException refused(PublishOutcome.Reason reason, String username) {
        return switch (reason) {
            case USERNAME_TAKEN ->
                ProblemType.USERNAME_TAKEN.exception("This issuer has a profile of " + username + " already.");
            case REVOKED ->
                ProblemType.PROFILE_REVOKED.exception(
                        "The profile of " + username + " is revoked, which is final; POST publishes a new one.");
            case KEY_USED ->
                ProblemType.IDEMPOTENCY_KEY_USED.exception(
                        "This Idempotency-Key came with another request already; a new request needs a new key.");
            case UNKNOWN_USERNAME ->
                ProblemType.UNKNOWN_PROFILE.exception("This issuer has no profile of " + username + ".");
        };
    }

    /** An id that is in the log, of a profile that is gone. */
    static ErrorResponseException erased() {
        return ProblemType.PROFILE_ERASED.exception("The issuer has erased this profile.");
    }

    static ErrorResponseException neverErased() {
        return ProblemType.UNKNOWN_ERASURE.exception("This node's issuer has erased no profile of that id.");
    }

    static ErrorResponseException unknownId() {
        return ProblemType.UNKNOWN_PROFILE.exception("This node knows no profile of that id and issuer.");
    }

    static ErrorResponseException unknownIssuer() {
        return ProblemType.NOT_FOUND.exception("This node holds no log of such an issuer.");
    }

    /** Nobody knows the username: final only if the registry is current. */
    static ErrorResponseException notFound(String username, RegistryState.Snapshot state) {
        ErrorResponseException error =
                ProblemType.UNKNOWN_PROFILE.exception("No issuer known here has a profile of " + username + ".");
        error.getBody().setProperty("registryState", state.completeness().text());
        error.getBody()
                .setProperty(
                        "comparedAt", state.comparedAt().map(Instant::toString).orElse(null));
        return error;
    }
}
