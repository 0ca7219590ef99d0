package dev.grapevine.node.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A kind of problem: the {@code type} of a problem detail (RFC 9457 section 3.1.1). Its URI {@code /problems/<name>} is
 * stable, and leads to the page docs/problems/&lt;name&gt;.md.
 */
public enum ProblemType {
    // Errors of which nothing is known but the status.
    BAD_REQUEST(HttpStatus.BAD_REQUEST),
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED),
    FORBIDDEN(HttpStatus.FORBIDDEN),
    NOT_FOUND(HttpStatus.NOT_FOUND),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE),
    CONFLICT(HttpStatus.CONFLICT),
    CONTENT_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
    URI_TOO_LONG(HttpStatus.URI_TOO_LONG),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS),
    REQUEST_HEADER_FIELDS_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    INTERNAL_SERVER_ERROR(HttpStatus.INTERNAL_SERVER_ERROR),
    SERVICE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),

    // The node itself
    STORAGE_FULL(HttpStatus.SERVICE_UNAVAILABLE),
    CLOCK_OFF(HttpStatus.SERVICE_UNAVAILABLE),
    ISSUER_KEY_MISSING(HttpStatus.SERVICE_UNAVAILABLE),

    // Requests
    INVALID_REQUEST(HttpStatus.BAD_REQUEST),
    UNREADABLE_BODY(HttpStatus.BAD_REQUEST),

    // Keys
    UNKNOWN_KEY(HttpStatus.NOT_FOUND),
    CONFIGURED_KEY(HttpStatus.CONFLICT),
    TOO_MANY_KEYS(HttpStatus.CONFLICT),
    KEY_NOT_IN_FORCE(HttpStatus.CONFLICT),
    RECOVERY_REFUSED(HttpStatus.CONFLICT),

    // Profiles
    UNKNOWN_PROFILE(HttpStatus.NOT_FOUND),
    USERNAME_TAKEN(HttpStatus.CONFLICT),
    PROFILE_REVOKED(HttpStatus.CONFLICT),
    PROFILE_ERASED(HttpStatus.GONE),
    UNKNOWN_ERASURE(HttpStatus.NOT_FOUND),
    SEVERAL_ISSUERS(HttpStatus.CONFLICT),
    NO_CREDENTIAL(HttpStatus.NOT_FOUND),
    PRIVATE_CREDENTIAL(HttpStatus.FORBIDDEN),
    CREDENTIAL_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
    IDEMPOTENCY_KEY_USED(HttpStatus.UNPROCESSABLE_CONTENT),
    LOG_FORKED(HttpStatus.CONFLICT),
    OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE),

    // Credentials
    UNKNOWN_STATUS_LIST(HttpStatus.NOT_FOUND),
    UNKNOWN_CREDENTIAL_ID(HttpStatus.NOT_FOUND),
    NO_STATUS(HttpStatus.CONFLICT),
    PROFILE_CREDENTIAL(HttpStatus.CONFLICT),
    NOT_REVERSIBLE(HttpStatus.CONFLICT),

    // Issuers
    CONFIGURED_TRUST(HttpStatus.CONFLICT),

    // What verifying a credential finds out, in problemDetails
    REPLACED(HttpStatus.BAD_REQUEST),
    REVOKED(HttpStatus.BAD_REQUEST),
    SUSPENDED(HttpStatus.BAD_REQUEST),
    FORKED(HttpStatus.BAD_REQUEST),
    UNKNOWN_CREDENTIAL(HttpStatus.BAD_REQUEST),
    UNKNOWN_ISSUER(HttpStatus.BAD_REQUEST),
    BLOCKED_ISSUER(HttpStatus.BAD_REQUEST),
    SCHEMA_MISMATCH(HttpStatus.BAD_REQUEST),
    UNSOUND_SCHEMA(HttpStatus.BAD_REQUEST),
    SCHEMA_UNAVAILABLE(HttpStatus.BAD_REQUEST);

    /** Beneath it stand the pages. */
    public static final String PATH = "/problems";

    private final HttpStatus status;

    ProblemType(HttpStatus status) {
        this.status = status;
    }

    /** The type of an error of which only the status is known; an unknown status counts as 400 or 500 (RFC 9110 section 15). */
    public static ProblemType of(HttpStatusCode status) {
        return Arrays.stream(values())
                .filter(type ->
                        type.status.value() == status.value() && type.name().equals(type.status.name()))
                .findFirst()
                .orElse(status.is4xxClientError() ? BAD_REQUEST : INTERNAL_SERVER_ERROR);
    }

    /** The name in paths, such as {@code username-taken}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What stands in {@code type}: a reference to the page on the node that answers. */
    public URI uri() {
        return URI.create(PATH + "/" + text());
    }

    /** What stands in {@code title}, such as {@code Username Taken}. */
    public String title() {
        return Arrays.stream(name().split("_", -1))
                .map(word -> word.equals("URI")
                        ? word
                        : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /** The status that goes with it. */
    public HttpStatus status() {
        return status;
    }

    /**
     * A problem of this type.
     *
     * @param detail for people: what is wrong this time
     */
    public ProblemDetail problem(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(uri());
        problem.setTitle(title());
        return problem;
    }

    /** The same, to be thrown. */
    public ErrorResponseException exception(String detail) {
        return new ErrorResponseException(status, problem(detail), null);
    }

    /** The same, where trying again so many seconds later may help: the answer says so (RFC 9110 section 10.2.3). */
    public ErrorResponseException exception(String detail, int retryAfterSeconds) {
        ErrorResponseException error = exception(detail);
        error.getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfterSeconds));
        return error;
    }
}
