package dev.grapevine.node.registry.web;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.RequestSecret;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.registry.Once;
import dev.grapevine.node.registry.Once.Answer;
import dev.grapevine.node.registry.ProfileRequest;
import dev.grapevine.node.registry.PublishOutcome;
import dev.grapevine.node.registry.PublishOutcome.Done;
import dev.grapevine.node.registry.Publisher;
import dev.grapevine.node.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Changes one profile at a time. */
@RestController
@RequestMapping(path = "/api/v1/profiles", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Profiles", description = "Publish profiles of this node's issuer, and look up those of all issuers.")
class ProfileController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final Publisher publisher;
    private final Clock clock;
    private final JsonMapper json;
    private final ProfileReader reader;
    private final OnceRequests onceRequests;

    ProfileController(Publisher publisher, RequestSecret secret, Clock clock, JsonMapper json) {
        this.publisher = publisher;
        this.clock = clock;
        this.json = json;
        this.reader = new ProfileReader(clock);
        this.onceRequests = new OnceRequests(secret);
    }

    @PostMapping(consumes = JSON)
    @TakesProfile
    @DoneOnce
    @Operation(
            operationId = "publishProfile",
            summary = "Publish a verified profile",
            description = "Issues a credential, signs the event and commits both; the network has it soon after.")
    @ApiResponse(
            responseCode = "201",
            description = "Published, and never lost from here on.",
            content = @Content(schema = @Schema(implementation = Views.Published.class)))
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "The issuer has a profile of that username already.",
            content = @Content)
    Mono<ResponseEntity<byte[]>> publish(
            ServerHttpRequest request, @RequestBody Mono<byte[]> body, @Parameter(hidden = true) Principal caller) {
        return write(request, body, caller, this::created, asked -> {
            ProfileRequest profile = reader.read(ProfileReader.object(asked.body), Optional.empty());
            return publisher
                    .publish(profile, asked.actor, asked.once)
                    .map(outcome -> unlessRefused(outcome, profile.username()));
        });
    }

    @PutMapping(path = "/{username}", consumes = JSON)
    @TakesProfile
    @DoneOnce
    @Operation(
            operationId = "updateProfile",
            summary = "Publish a new version of a profile",
            description = "Replaces everything. The same content once more changes nothing.")
    @ApiResponse(
            responseCode = "200",
            description = "The profile as it is now.",
            content = @Content(schema = @Schema(implementation = Views.Published.class)))
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    @ApiResponse(responseCode = "409", description = "The profile is revoked.", content = @Content)
    Mono<ResponseEntity<byte[]>> update(
            ServerHttpRequest request,
            @PathVariable @Parameter(example = "ada") String username,
            @RequestBody Mono<byte[]> body,
            @Parameter(hidden = true) Principal caller) {
        return write(request, body, caller, done -> ok(published(done, username)), asked -> {
            ProfileRequest profile = reader.read(ProfileReader.object(asked.body), Optional.of(username));
            return publisher.update(profile, asked.actor, asked.once).map(outcome -> unlessRefused(outcome, username));
        });
    }

    @PostMapping(path = "/{username}/revoke")
    @DoneOnce
    @Operation(
            operationId = "revokeProfile",
            summary = "Revoke a profile",
            description = "Final for this profile; the username may be published again. A second time changes nothing.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = Requests.Revoke.class),
                                            examples = @ExampleObject(Requests.REVOKE_EXAMPLE))))
    @ApiResponse(
            responseCode = "200",
            description = "The profile as it is now.",
            content = @Content(schema = @Schema(implementation = Views.Revoked.class)))
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    Mono<ResponseEntity<byte[]>> revoke(
            ServerHttpRequest request,
            @PathVariable @Parameter(example = "ada") String username,
            @RequestBody(required = false) Mono<byte[]> body,
            @Parameter(hidden = true) Principal caller) {
        return write(
                request,
                body,
                caller,
                done -> ok(new Views.Revoked(profile(done, username))),
                asked -> publisher
                        .revoke(username, reason(asked.body), asked.actor, asked.once)
                        .map(outcome -> unlessRefused(outcome, username)));
    }

    @DeleteMapping("/{username}")
    @DoneOnce
    @Operation(
            operationId = "eraseProfile",
            summary = "Erase a person's data",
            description =
                    "Deletes body, salt and credential of every profile of the username, here and everywhere. Location names"
                            + " the receipt; where there were several profiles, that of the one erased last.")
    @ApiResponse(
            responseCode = "204",
            description = "Erased.",
            headers =
                    @Header(
                            name = HttpHeaders.LOCATION,
                            description = "The receipt: which peers have seen the erasure.",
                            required = true,
                            schema = @Schema(type = "string", format = "uri-reference")),
            content = @Content)
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    Mono<ResponseEntity<byte[]>> erase(
            ServerHttpRequest request,
            @PathVariable @Parameter(example = "ada") String username,
            @Parameter(hidden = true) Principal caller) {
        return write(
                request,
                Mono.empty(),
                caller,
                done -> new Answer(
                        HttpStatus.NO_CONTENT.value(),
                        Optional.of(ErasureController.PATH + done.profileId()),
                        new byte[0]),
                asked -> publisher
                        .erase(username, asked.actor, asked.once)
                        .map(outcome -> unlessRefused(outcome, username)));
    }

    /** A request that has been read so far. */
    private record Asked(Actor actor, byte[] body, Optional<Once> once) {}

    /** Does what is asked for, unless it was done before under the same key; and answers. */
    private Mono<ResponseEntity<byte[]>> write(
            ServerHttpRequest request,
            Mono<byte[]> body,
            Principal caller,
            Function<Done, Answer> answer,
            Function<Asked, Mono<PublishOutcome>> work) {
        return Mono.deferContextual(chain -> {
                    Actor actor = actor(caller, chain);
                    return body.defaultIfEmpty(new byte[0])
                            .map(bytes -> new Asked(actor, bytes, onceRequests.read(request, actor, bytes, answer)));
                })
                .flatMap(asked -> Mono.justOrEmpty(asked.once)
                        .flatMap(publisher::repetition)
                        .switchIfEmpty(Mono.defer(() -> work.apply(asked))))
                .map(outcome -> response(outcome, answer))
                .onErrorMap(RegistryProblems::of);
    }

    private static ResponseEntity<byte[]> response(PublishOutcome outcome, Function<Done, Answer> answer) {
        return switch (outcome) {
            case Done done -> response(answer.apply(done), false);
            case PublishOutcome.Repeated repeated -> response(repeated.answer(), true);
            case PublishOutcome.Refused refused -> throw RegistryProblems.refused(refused.reason(), "the username");
        };
    }

    private static ResponseEntity<byte[]> response(Answer answer, boolean replayed) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(answer.status());
        answer.location().ifPresent(path -> response.location(URI.create(path)));
        if (replayed) {
            response.header(OnceRequests.REPLAYED, "true");
        }
        return answer.body().length == 0
                ? response.build()
                : response.contentType(MediaType.APPLICATION_JSON).body(answer.body());
    }

    /** Writes need a key, so that there is always a caller. */
    static Actor actor(Principal caller, ContextView chain) {
        return new Actor(
                caller.getName(), Traces.of(chain).map(SpanContext::getTraceId).orElse(null));
    }

    private static PublishOutcome unlessRefused(PublishOutcome outcome, String username) {
        if (outcome instanceof PublishOutcome.Refused refused) {
            throw RegistryProblems.refused(refused.reason(), username);
        }
        return outcome;
    }

    private Answer created(Done done) {
        String username = shown(done).attestation().body().orElseThrow().username();
        return new Answer(
                HttpStatus.CREATED.value(),
                Optional.of("/api/v1/profiles/" + username),
                json.writeValueAsBytes(published(done, username)));
    }

    private Answer ok(Object view) {
        return new Answer(HttpStatus.OK.value(), Optional.empty(), json.writeValueAsBytes(view));
    }

    private Views.Published published(Done done, String username) {
        String credential = shown(done)
                .credential()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(null);
        return new Views.Published(profile(done, username), credential);
    }

    private Views.Profile profile(Done done, String username) {
        return new Views.Profile(username, Views.AttestationView.of(shown(done).attestation(), clock.instant()));
    }

    /** Nothing is left to show where the person was erased in the same transaction. */
    private static PublishOutcome.Shown shown(Done done) {
        return done.shown()
                .orElseThrow(() ->
                        RegistryProblems.refused(PublishOutcome.Reason.UNKNOWN_USERNAME, "the username any more"));
    }

    /** No body is no reason. */
    private static Optional<String> reason(byte[] body) {
        if (body.length == 0) {
            return Optional.empty();
        }
        ObjectNode object = ProfileReader.object(body);
        JsonNode reason = object.path("reason");
        if (object.size() > (reason.isMissingNode() ? 0 : 1)) {
            throw new InvalidFieldsException("", "has a field other than reason");
        }
        if (reason.isMissingNode()) {
            return Optional.empty();
        }
        boolean fits = reason.isString()
                && !reason.stringValue().isBlank()
                && reason.stringValue().getBytes(StandardCharsets.UTF_8).length <= ProfileLimits.MAX_REASON_BYTES;
        if (!fits) {
            throw new InvalidFieldsException(
                    "/reason", "must be text of 1 to " + ProfileLimits.MAX_REASON_BYTES + " bytes");
        }
        return Optional.of(reason.stringValue());
    }
}
