package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.Answer;
import dev.grapevine.node.registry.Lookups;
import dev.grapevine.node.registry.Registry;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Profiles looked up by their exact usernames. Plain lookups take a shorter way, {@link PlainLookups}. */
@RestController
@RequestMapping(path = "/api/v1/profiles", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Profiles", description = "Publish profiles of this node's issuer, and look up those of all issuers.")
class LookupController {

    /** May be kept, if the node is asked each time whether it still holds (RFC 9111 §5.2.2.4). */
    static final String CACHE_CONTROL = "no-cache";

    private static final String NDJSON = MediaType.APPLICATION_NDJSON_VALUE;

    /** Of one batch. */
    static final int MAX_USERNAMES = 1_000;

    private static final int USERNAMES_AT_ONCE = 100;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Lookups lookups;
    private final Registry registry;
    private final LookupJson json;

    LookupController(Lookups lookups, Registry registry, LookupJson json) {
        this.lookups = lookups;
        this.registry = registry;
        this.json = json;
    }

    @GetMapping("/{username}")
    @Operation(
            operationId = "lookupProfile",
            summary = "Look a profile up",
            description =
                    "What every issuer says under the username: trusted issuers first, then by issuer id, 100 a page. The answer has everything that"
                            + " was committed on this node's database before the request came.")
    @Parameter(
            name = HttpHeaders.IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = "ETags of answers that the client has.",
            schema = @Schema(type = "string"))
    @ApiResponse(
            responseCode = "200",
            description = "At least one issuer knows the username.",
            headers =
                    @Header(
                            name = HttpHeaders.ETAG,
                            description = "Stands for attestations and registryState; comparedAt moves without it.",
                            schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = Views.Lookup.class)))
    @ApiResponse(
            responseCode = "304",
            description = "As in the answer whose ETag the request has in If-None-Match.",
            content = @Content)
    @ApiResponse(
            responseCode = "404",
            description = "No issuer knows it; final only if registryState is current.",
            content = @Content)
    Mono<ResponseEntity<byte[]>> lookup(
            @PathVariable @Parameter(example = "ada") String username,
            @RequestParam(required = false) @Parameter(description = "next of the page before.") @Nullable
                    String cursor,
            ServerHttpRequest request) {
        Mono<Answer> found =
                after(cursor).map(place -> lookups.find(username, place)).orElseGet(() -> lookups.find(username));
        Mono<ResponseEntity<byte[]>> response = found.map(answer -> {
            Snapshot state = registry.state();
            if (!answer.isKnown() && cursor == null) {
                throw RegistryProblems.notFound(username, state);
            }
            String tag = tag(answer, state);
            boolean known = EntityTags.matches(request.getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH), tag);
            return ResponseEntity.status(known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                    .eTag(tag)
                    .header(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
                    .body(known ? null : json.write(username, state, answer));
        });
        return response.onErrorMap(RegistryProblems::of);
    }

    @PostMapping(path = "/lookup", consumes = MediaType.APPLICATION_JSON_VALUE, produces = NDJSON)
    @Operation(
            operationId = "lookupProfiles",
            summary = "Look many profiles up",
            description =
                    "Up to 1,000 usernames; a line each, in the order asked, the same name as often as it was asked for."
                            + " Where nobody knows a name, or nobody can have it, attestations is empty.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = Requests.Lookup.class),
                                            examples = @ExampleObject(Requests.LOOKUP_EXAMPLE))))
    @ApiResponse(
            responseCode = "200",
            description = "One line of JSON for each username.",
            content =
                    @Content(
                            mediaType = NDJSON,
                            schema =
                                    @Schema(
                                            type = "string",
                                            format = "binary",
                                            contentMediaType = NDJSON,
                                            contentSchema = Views.Lookup.class)))
    Mono<Void> lookupMany(@RequestBody Mono<byte[]> body, ServerHttpResponse response) {
        Flux<DataBuffer> lines = body.switchIfEmpty(Mono.error(() -> new InvalidFieldsException("", "no body")))
                .flatMapIterable(LookupController::usernames)
                .buffer(USERNAMES_AT_ONCE)
                .concatMap(some -> lookups.findAll(Set.copyOf(some)).map(found -> lines(response, some, found)), 1)
                .onErrorMap(RegistryProblems::of);
        response.getHeaders().setContentType(MediaType.APPLICATION_NDJSON);
        return response.writeAndFlushWith(lines.map(Mono::just));
    }

    private static List<String> usernames(byte[] body) {
        ObjectNode request = ProfileReader.object(body);
        JsonNode usernames = request.path("usernames");
        if (request.size() > (usernames.isMissingNode() ? 0 : 1)) {
            throw new InvalidFieldsException("", "has a field other than usernames");
        }
        if (!usernames.isArray() || usernames.size() > MAX_USERNAMES) {
            throw new InvalidFieldsException("/usernames", "must be a list of up to " + MAX_USERNAMES + " usernames");
        }
        List<String> asked = new ArrayList<>();
        for (JsonNode username : usernames) {
            if (!username.isString()) {
                throw new InvalidFieldsException("/usernames/" + asked.size(), "must be text");
            }
            asked.add(username.stringValue());
        }
        return asked;
    }

    private DataBuffer lines(ServerHttpResponse response, List<String> usernames, Map<String, Answer> answers) {
        Snapshot state = registry.state();
        DataBuffer buffer = response.bufferFactory().allocateBuffer(BUFFER_BYTES);
        for (String username : usernames) {
            buffer.write(json.write(username, state, Objects.requireNonNull(answers.get(username))))
                    .write((byte) '\n');
        }
        return buffer;
    }

    /** Weak, for comparedAt moves without it. */
    static String tag(Answer answer, Snapshot state) {
        return "W/\"" + answer.tag() + '-' + state.completeness().text() + '"';
    }

    private static Optional<Place> after(@Nullable String cursor) {
        try {
            return Optional.ofNullable(cursor).map(LookupCursor::parse);
        } catch (InvalidFieldsException e) {
            throw (RuntimeException) RegistryProblems.of(e);
        }
    }
}
