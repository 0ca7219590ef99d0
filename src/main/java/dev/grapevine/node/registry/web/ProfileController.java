package dev.grapevine.node.registry.web;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.registry.ProfileRequest;
import dev.grapevine.node.registry.PublishOutcome;
import dev.grapevine.node.registry.PublishOutcome.Done;
import dev.grapevine.node.registry.Publisher;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
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
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One profile at a time. */
@RestController
@RequestMapping(path = "/api/v1/profiles", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Profiles", description = "Publish profiles of this node's issuer, and look up those of all issuers.")
class ProfileController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final Publisher publisher;
    private final Registry registry;
    private final IssuerIdentity identity;
    private final Clock clock;
    private final ProfileReader reader;

    ProfileController(Publisher publisher, Registry registry, IssuerIdentity identity, Clock clock) {
        this.publisher = publisher;
        this.registry = registry;
        this.identity = identity;
        this.clock = clock;
        this.reader = new ProfileReader(clock);
    }

    @PostMapping(consumes = JSON)
    @Operation(
            operationId = "publishProfile",
            summary = "Publish a verified profile",
            description = "Issues a credential, signs the event and commits both; the network has it soon after.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = Requests.Publish.class),
                                            examples = @ExampleObject(Requests.EXAMPLE))))
    @ApiResponse(responseCode = "201", description = "Published, and never lost from here on.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "The issuer has a profile of that username already.",
            content = @Content)
    Mono<ResponseEntity<Views.Published>> publish(@RequestBody Mono<byte[]> body, Principal caller) {
        return read(body, Optional.empty())
                .flatMap(request -> publisher
                        .publish(request, actor(caller))
                        .flatMap(outcome -> published(outcome, request.username()))
                        .map(view -> ResponseEntity.created(URI.create("/api/v1/profiles/" + request.username()))
                                .body(view)))
                .onErrorMap(RegistryProblems::of);
    }

    @PutMapping(path = "/{username}", consumes = JSON)
    @Operation(
            operationId = "updateProfile",
            summary = "Publish a new version of a profile",
            description = "Replaces everything. The same content once more changes nothing.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = Requests.Publish.class),
                                            examples = @ExampleObject(Requests.EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "The profile as it is now.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    @ApiResponse(responseCode = "409", description = "The profile is revoked.", content = @Content)
    Mono<Views.Published> update(@PathVariable String username, @RequestBody Mono<byte[]> body, Principal caller) {
        return read(body, Optional.of(username))
                .flatMap(request -> publisher.update(request, actor(caller)))
                .flatMap(outcome -> published(outcome, username))
                .onErrorMap(RegistryProblems::of);
    }

    @PostMapping(path = "/{username}/revoke")
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
    @ApiResponse(responseCode = "200", description = "The profile as it is now.")
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    Mono<Views.Revoked> revoke(
            @PathVariable String username, @RequestBody(required = false) Mono<byte[]> body, Principal caller) {
        return body.map(ProfileController::reason)
                .defaultIfEmpty(Optional.empty())
                .flatMap(reason -> publisher.revoke(username, reason, actor(caller)))
                .flatMap(outcome -> profile(outcome, username))
                .map(Views.Revoked::new)
                .onErrorMap(RegistryProblems::of);
    }

    @DeleteMapping("/{username}")
    @Operation(
            operationId = "eraseProfile",
            summary = "Erase a person's data",
            description = "Deletes body, salt and credential of every profile of the username, here and everywhere.")
    @ApiResponse(responseCode = "204", description = "Erased.", content = @Content)
    @ApiResponse(responseCode = "404", description = "No such profile of this issuer.", content = @Content)
    Mono<ResponseEntity<Void>> erase(@PathVariable String username, Principal caller) {
        Supplier<ResponseEntity<Void>> erased = () -> ResponseEntity.noContent().build();
        return publisher
                .erase(username, actor(caller))
                .flatMap(outcome -> done(outcome, username))
                .map(done -> erased.get())
                .onErrorMap(RegistryProblems::of);
    }

    /** Writes need a key, so that there is always a caller. */
    static Actor actor(Principal caller) {
        return new Actor(caller.getName());
    }

    private Mono<ProfileRequest> read(Mono<byte[]> body, Optional<String> username) {
        return body.switchIfEmpty(Mono.error(() -> new InvalidFieldsException("", "no body")))
                .map(json -> reader.read(ProfileReader.object(json), username));
    }

    private static Optional<String> reason(byte[] body) {
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

    private static Mono<Done> done(PublishOutcome outcome, String username) {
        return switch (outcome) {
            case Done done -> Mono.just(done);
            case PublishOutcome.Refused refused -> Mono.error(RegistryProblems.refused(refused.reason(), username));
        };
    }

    private Mono<Views.Profile> profile(PublishOutcome outcome, String username) {
        return done(outcome, username)
                .flatMap(done -> registry.profile(identity.id(), done.profileId()))
                .map(attestation ->
                        new Views.Profile(username, Views.AttestationView.of(attestation, clock.instant())));
    }

    private Mono<Views.Published> published(PublishOutcome outcome, String username) {
        return done(outcome, username).flatMap(done -> {
            Mono<byte[]> credential = Mono.justOrEmpty(done.credential())
                    .switchIfEmpty(registry.credential(identity.id(), done.profileId()));
            return profile(outcome, username)
                    .zipWith(
                            credential,
                            (profile, json) -> new Views.Published(profile, new String(json, StandardCharsets.UTF_8)));
        });
    }
}
