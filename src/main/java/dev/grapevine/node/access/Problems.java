package dev.grapevine.node.access;

import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.sql.SqlErrors;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers every error with {@code application/problem+json} (RFC 9457), whoever it comes from: a module, the framework,
 * security, or a defect. The {@code type} is {@code /problems/<name>}: as the exception gives it, or else by the status, as in
 * {@code /problems/not-found}.
 */
@Component
@Order(Problems.BEFORE_SPRINGS_OWN)
class Problems implements ErrorWebExceptionHandler {

    /** Spring Boot's handler stands at -1, Spring's at 0. */
    static final int BEFORE_SPRINGS_OWN = -2;

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private static final URI NO_TYPE = URI.create("about:blank");
    private static final String RETRY_AFTER_SECONDS = "5";
    /** RFC 6750 §3: no error code where the request had no token at all. */
    private static final String CHALLENGE = "Bearer realm=\"grapevine\"";

    private static final String FULL_RETRY_AFTER_SECONDS = "30";

    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(5);

    private final JsonMapper json;
    private final AtomicLong nextWarningNanos = new AtomicLong(System.nanoTime());

    Problems(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(error); // too late to say anything; the connection breaks off
        }
        if (SqlErrors.isDiskFull(error)) {
            return storageFull(exchange, error);
        }
        return switch (error) {
            case WebExchangeBindException e -> write(exchange, invalidFields(e), e.getHeaders());
            case HandlerMethodValidationException e -> write(exchange, invalidParameters(e), e.getHeaders());
            case ServerWebInputException e -> write(exchange, badInput(e), e.getHeaders());
            case NoResourceFoundException e -> write(exchange, unknownPath(e), e.getHeaders());
            case UnsupportedMediaTypeStatusException e -> write(exchange, unreadType(e), e.getHeaders());
            case HttpMessageNotWritableException e -> notAcceptable(exchange);
            case InvalidMediaTypeException e -> notAcceptable(exchange);
            case ErrorResponse e -> write(exchange, copy(e), e.getHeaders());
            case AuthenticationServiceException e -> providerUnavailable(exchange, e);
            case AuthenticationException e -> unauthorized(exchange, e);
            case AccessDeniedException e -> forbidden(exchange, e);
            case DataAccessResourceFailureException e -> unavailable(exchange, e);
            // What the driver makes of a connection that breaks while it is being opened.
            case PermissionDeniedDataAccessException e -> unavailable(exchange, e);
            case TransientDataAccessException e -> unavailable(exchange, e);
            case CannotCreateTransactionException e -> unavailable(exchange, e);
            default -> unexpected(exchange, error);
        };
    }

    /** No key or token, or one that opens nothing (RFC 6750 §3.1, {@code invalid_token}). */
    Mono<Void> unauthorized(ServerWebExchange exchange, AuthenticationException error) {
        boolean refused = error instanceof RefusedTokenException;
        String detail = refused
                ? String.valueOf(error.getMessage())
                : "This request needs an API key, sent as Authorization: Bearer <key>.";
        HttpHeaders headers = new HttpHeaders();
        headers.set(
                HttpHeaders.WWW_AUTHENTICATE,
                refused
                        ? CHALLENGE + ", error=\"invalid_token\", error_description=\"" + quoted(detail) + '"'
                        : CHALLENGE);
        return write(exchange, ProblemDetail.forStatusAndDetail(HttpStatus.UNAUTHORIZED, detail), headers);
    }

    /** RFC 6750 §3 leaves neither quotes nor backslashes to a description. */
    private static String quoted(String detail) {
        return detail.replaceAll("[^ !#-\\[\\]-~]", "'");
    }

    /** A valid key or token that lacks the role (RFC 6750 §3.1, {@code insufficient_scope}). */
    Mono<Void> forbidden(ServerWebExchange exchange, AccessDeniedException error) {
        String role = Routes.of(exchange.getRequest()).role().map(Role::text).orElse("none");
        String detail = "This request needs a key with the role " + role + ".";
        HttpHeaders headers = new HttpHeaders();
        headers.set(
                HttpHeaders.WWW_AUTHENTICATE,
                CHALLENGE + ", error=\"insufficient_scope\", error_description=\"" + detail + "\", scope=\"grapevine:"
                        + role + '"');
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN, detail);
        problem.setProperty("role", role);
        return write(exchange, problem, headers);
    }

    /** An outage fails every request; the log is told now and then, or it would fill the disk. */
    private boolean isTimeToWarn() {
        long now = System.nanoTime();
        long next = nextWarningNanos.get();
        return now - next >= 0 && nextWarningNanos.compareAndSet(next, now + BETWEEN_WARNINGS.toNanos());
    }

    /** Whether a token is good, only the identity provider's keys can tell. */
    private Mono<Void> providerUnavailable(ServerWebExchange exchange, AuthenticationServiceException error) {
        if (isTimeToWarn()) {
            LOG.warn(
                    "{}: the identity provider does not answer: {}",
                    describe(exchange),
                    rootOf(error).toString());
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return write(
                exchange,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "The identity provider does not answer, so that the token cannot be checked; try again soon."),
                headers);
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static ProblemDetail unreadType(UnsupportedMediaTypeStatusException error) {
        return ProblemType.UNSUPPORTED_MEDIA_TYPE.problem(
                "Content-Type must be one of " + MediaType.toString(error.getSupportedMediaTypes()) + ".");
    }

    /** An Accept that is malformed, or fits by the kind but asks for what JSON never is, such as UTF-16. */
    private Mono<Void> notAcceptable(ServerWebExchange exchange) {
        return write(
                exchange,
                ProblemType.NOT_ACCEPTABLE.problem(
                        "Accept is malformed, or does not allow the answer's kind: JSON is in UTF-8."),
                HttpHeaders.EMPTY);
    }

    private Mono<Void> unavailable(ServerWebExchange exchange, Exception error) {
        if (isTimeToWarn()) {
            LOG.warn("{}: the database does not answer: {}", describe(exchange), error.toString());
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return write(
                exchange,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, "The node's database does not answer; try again soon."),
                headers);
    }

    private Mono<Void> storageFull(ServerWebExchange exchange, Throwable error) {
        if (isTimeToWarn()) {
            LOG.error("{}: the database's disk is full: {}", describe(exchange), error.toString());
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, FULL_RETRY_AFTER_SECONDS);
        return write(
                exchange,
                ProblemType.STORAGE_FULL.problem("The disk of the node's database is full; nothing was changed."),
                headers);
    }

    /** A defect: the log gets everything, the caller nothing. */
    private Mono<Void> unexpected(ServerWebExchange exchange, Throwable error) {
        if (error instanceof AbortedException || AbortedException.isConnectionReset(error)) {
            LOG.debug("{}: the client has gone: {}", describe(exchange), error.toString());
            return Mono.empty();
        }
        LOG.error("{} failed", describe(exchange), error);
        return write(
                exchange,
                ProblemDetail.forStatusAndDetail(
                        HttpStatus.INTERNAL_SERVER_ERROR, "The node could not handle the request; its log says why."),
                HttpHeaders.EMPTY);
    }

    /** Spring would speak of static resources. */
    private static ProblemDetail unknownPath(NoResourceFoundException error) {
        return ProblemDetail.forStatusAndDetail(error.getStatusCode(), "There is nothing at this path.");
    }

    private static ProblemDetail copy(ErrorResponse error) {
        ProblemDetail problem = ProblemDetail.forStatus(error.getStatusCode());
        ProblemDetail given = error.getBody();
        problem.setType(given.getType());
        problem.setTitle(given.getTitle());
        problem.setDetail(given.getDetail());
        problem.setInstance(given.getInstance());
        problem.setProperties(given.getProperties());
        return problem;
    }

    private static ProblemDetail invalidFields(WebExchangeBindException error) {
        List<Violation> violations = error.getFieldErrors().stream()
                .map(field -> new Violation(pointer(field), String.valueOf(field.getDefaultMessage())))
                .toList();
        return invalid(error.getStatusCode(), violations);
    }

    private static ProblemDetail invalidParameters(HandlerMethodValidationException error) {
        List<Violation> violations = error.getParameterValidationResults().stream()
                .flatMap(parameter -> parameter.getResolvableErrors().stream()
                        .map(e -> new Violation(
                                e instanceof FieldError field
                                        ? pointer(field)
                                        : String.valueOf(
                                                parameter.getMethodParameter().getParameterName()),
                                String.valueOf(e.getDefaultMessage()))))
                .toList();
        return invalid(error.getStatusCode(), violations);
    }

    /** The values that are not allowed, to be thrown. */
    static ErrorResponseException invalid(List<Violation> violations) {
        return new ErrorResponseException(HttpStatus.BAD_REQUEST, invalid(HttpStatus.BAD_REQUEST, violations), null);
    }

    private static ProblemDetail invalid(HttpStatusCode status, List<Violation> violations) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(status, "The request has values that are not allowed; see errors.");
        problem.setType(ProblemType.INVALID_REQUEST.uri());
        problem.setTitle(ProblemType.INVALID_REQUEST.title());
        problem.setProperty("errors", violations);
        return problem;
    }

    /** Says where the JSON is wrong, without naming classes of ours. */
    private static ProblemDetail badInput(ServerWebInputException input) {
        JacksonException error = json(input);
        if (error == null) {
            return copy(input);
        }
        String where = error.getLocation() == null
                ? ""
                : " at line %d, column %d"
                        .formatted(
                                error.getLocation().getLineNr(),
                                error.getLocation().getColumnNr());
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : error.getPath()) {
            path.append('/').append(step.getPropertyName() == null ? step.getIndex() : step.getPropertyName());
        }
        String detail = error instanceof StreamReadException || path.isEmpty()
                ? "The body is not readable JSON" + where + "."
                : "The body's value at " + path + " has the wrong type" + where + ".";
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(input.getStatusCode(), detail);
        problem.setType(ProblemType.UNREADABLE_BODY.uri());
        problem.setTitle(ProblemType.UNREADABLE_BODY.title());
        return problem;
    }

    private static @Nullable JacksonException json(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException found) {
                return found;
            }
        }
        return null;
    }

    private Mono<Void> write(ServerWebExchange exchange, ProblemDetail problem, HttpHeaders headers) {
        complete(exchange, problem);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(problem.getStatus()));
        response.getHeaders().putAll(headers);
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        DataBuffer body = response.bufferFactory().wrap(json.writeValueAsBytes(problem));
        response.getHeaders().setContentLength(body.readableByteCount());
        return response.writeWith(Mono.just(body));
    }

    private static void complete(ServerWebExchange exchange, ProblemDetail problem) {
        ProblemType type = ProblemType.of(HttpStatusCode.valueOf(problem.getStatus()));
        if (problem.getType() == null || problem.getType().equals(NO_TYPE)) {
            problem.setType(type.uri());
        }
        if (problem.getTitle() == null) {
            problem.setTitle(type.title());
        }
        if (problem.getDetail() == null) {
            problem.setDetail(type.title());
        }
        if (problem.getInstance() == null) {
            problem.setInstance(URI.create(exchange.getRequest().getURI().getRawPath()));
        }
    }

    /** RFC 6901 pointer of a field such as {@code evidence[0].type}. */
    private static String pointer(FieldError field) {
        return "/" + field.getField().replace('.', '/').replaceAll("\\[(\\d+)]", "/$1");
    }

    /** With the pattern of the path, for usernames do not belong in the log. */
    private static String describe(ServerWebExchange exchange) {
        Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return exchange.getRequest().getMethod() + " " + (pattern == null ? "(no known path)" : pattern);
    }

    /**
     * One value that is not allowed.
     *
     * @param pointer a JSON pointer into the body, or the name of a parameter
     * @param detail what is wrong with it
     */
    record Violation(String pointer, String detail) {}
}
