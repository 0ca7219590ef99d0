package dev.grapevine.node.access;

import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * The errors in the API's description: those that any operation may answer are said once, and each operation refers to
 * them; those that an operation names itself get the body that all have.
 */
final class ErrorResponses {

    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String PROBLEM = "ApiProblem";
    private static final String VIOLATION = "Violation";
    private static final String ANY = "AnyOtherError";

    private ErrorResponses() {}

    /** Adds what the operations refer to. */
    static void addTo(Components components) {
        components.addSchemas(VIOLATION, violation());
        components.addSchemas(PROBLEM, problem());
        add(
                components,
                ProblemType.BAD_REQUEST,
                "The request is malformed; errors names what is wrong, if it is a value.");
        add(components, ProblemType.UNAUTHORIZED, "No key, or one that is not valid.");
        add(components, ProblemType.FORBIDDEN, "The key's role does not allow this.");
        add(components, ProblemType.NOT_ACCEPTABLE, "The answer cannot be given in a kind that Accept names.");
        add(components, ProblemType.CONTENT_TOO_LARGE, "The body is too long.");
        add(components, ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body is of a kind that is not read here.");
        add(components, ProblemType.URI_TOO_LONG, "The request's first line is too long.");
        add(components, ProblemType.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's headers are too long.");
        add(components, ProblemType.TOO_MANY_REQUESTS, "More requests than this key or address may send.");
        add(components, ProblemType.SERVICE_UNAVAILABLE, "The node cannot do it now; try again after Retry-After.");
        components.addResponses(
                ANY, new ApiResponse().description("Any other error.").content(content()));
    }

    /** @param needsKey whether only some may call it */
    static void describe(Operation operation, boolean needsKey) {
        ApiResponses responses = operation.getResponses();
        responses.forEach((status, response) -> {
            if (status.startsWith("4") && response.get$ref() == null) {
                complete(response);
            }
        });
        refer(responses, ProblemType.BAD_REQUEST);
        refer(responses, ProblemType.UNAUTHORIZED); // everywhere: a key that is not valid is told so, needed or not
        if (needsKey) {
            refer(responses, ProblemType.FORBIDDEN);
        }
        refer(responses, ProblemType.NOT_ACCEPTABLE);
        refer(responses, ProblemType.URI_TOO_LONG);
        refer(responses, ProblemType.REQUEST_HEADER_FIELDS_TOO_LARGE);
        if (operation.getRequestBody() != null) {
            refer(responses, ProblemType.CONTENT_TOO_LARGE);
            refer(responses, ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        refer(responses, ProblemType.TOO_MANY_REQUESTS);
        refer(responses, ProblemType.SERVICE_UNAVAILABLE);
        responses.addApiResponse(ApiResponses.DEFAULT, new ApiResponse().$ref(ANY));
    }

    /** Beside a body of its own, such as what a verification found out, a refusal may always be a problem. */
    private static void complete(ApiResponse response) {
        if (response.getContent() == null) {
            response.setContent(content());
        } else {
            response.getContent().putIfAbsent(PROBLEM_JSON, mediaType());
        }
    }

    private static void refer(ApiResponses responses, ProblemType type) {
        responses.computeIfAbsent(
                String.valueOf(type.status().value()), status -> new ApiResponse().$ref(component(type)));
    }

    private static void add(Components components, ProblemType type, String description) {
        Map<String, Object> example = Map.of(
                "type", type.uri().toString(),
                "title", type.title(),
                "status", type.status().value(),
                "detail", description,
                "instance", "/api/v1/profiles/ada");
        MediaType body = mediaType().example(example);
        ApiResponse response =
                new ApiResponse().description(description).content(new Content().addMediaType(PROBLEM_JSON, body));
        switch (type) {
            case UNAUTHORIZED ->
                response.addHeaderObject(
                        HttpHeaders.WWW_AUTHENTICATE,
                        header("Bearer, with error=\"invalid_token\" if there was a key.", new StringSchema()));
            case TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE ->
                response.addHeaderObject(
                        HttpHeaders.RETRY_AFTER, header("Seconds until another try makes sense.", new IntegerSchema()));
            default -> {}
        }
        components.addResponses(component(type), response);
    }

    private static String component(ProblemType type) {
        return type.title().replace(" ", "");
    }

    private static Header header(String description, Schema<?> schema) {
        return new Header().description(description).required(true).schema(schema);
    }

    private static Content content() {
        return new Content().addMediaType(PROBLEM_JSON, mediaType());
    }

    private static MediaType mediaType() {
        return new MediaType().schema(reference(PROBLEM));
    }

    private static Schema<?> problem() {
        Schema<?> problem = new ObjectSchema().description("An error (RFC 9457). Some types have further members.");
        problem.addProperty(
                "type",
                new StringSchema()
                        .format("uri-reference")
                        .description("The kind of problem; leads to a page that explains it.")
                        .example(ProblemType.NOT_FOUND.uri().toString()));
        problem.addProperty("title", new StringSchema().description("The kind of problem in short."));
        problem.addProperty("status", new IntegerSchema().format(null).description("The answer's HTTP status."));
        problem.addProperty("detail", new StringSchema().description("This very problem, for people."));
        problem.addProperty(
                "instance", new StringSchema().format("uri-reference").description("The path of the request."));
        problem.addProperty(
                "errors",
                new ArraySchema()
                        .items(reference(VIOLATION))
                        .description("Everything that is not allowed in the request."));
        problem.setRequired(List.of("type", "title", "status", "detail", "instance"));
        problem.setAdditionalProperties(true);
        return problem;
    }

    private static Schema<?> violation() {
        Schema<?> violation = new ObjectSchema().description("One value that is not allowed.");
        violation.addProperty(
                "pointer", new StringSchema().description("A JSON pointer into the body, or a parameter's name."));
        violation.addProperty("detail", new StringSchema().description("What is wrong with it."));
        violation.setRequired(List.of("pointer", "detail"));
        return violation;
    }

    private static Schema<?> reference(String component) {
        return new Schema<>().$ref("#/components/schemas/" + component);
    }
}
