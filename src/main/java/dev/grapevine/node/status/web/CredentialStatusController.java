package dev.grapevine.node.status.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.status.KnownCredential;
import dev.grapevine.node.status.PublishedLists;
import dev.grapevine.node.status.StatusChanges;
import dev.grapevine.node.status.StatusChanges.Outcome;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Credentials of this node by their ids, by the VC-API. */
@RestController
@Tag(name = "Credentials")
class CredentialStatusController {

    private static final byte[] NOTHING = {};

    private final StatusChanges changes;
    private final PublishedLists lists;

    CredentialStatusController(StatusChanges changes, PublishedLists lists) {
        this.changes = changes;
        this.lists = lists;
    }

    /** What the VC-API answers. */
    @Schema(name = "CredentialResponse", description = "A credential that this node has issued.")
    record CredentialResponse(
            @Schema(description = "As it was handed out.", types = "object")
            JsonNode verifiableCredential) {}

    @PostMapping(path = "/credentials/status", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "updateCredentialStatus",
            summary = "Suspend or revoke a credential",
            description = """
                    Sets or lifts the status of a credential that this node has issued with a credentialStatus; its status list says so \
                    from the same moment on. A suspension can be lifted, a revocation is for ever. The credential of a profile can be \
                    suspended here; to revoke it, revoke the profile, of which all nodes hear.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = StatusRequest.Body.class),
                                            examples = @ExampleObject(StatusRequest.EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "It is so now.", content = @Content)
    @ApiResponse(responseCode = "400", description = "Malformed.", content = @Content)
    @ApiResponse(responseCode = "404", description = "No credential of that id was issued here.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "The credential has no such status, or it is not to be changed here.",
            content = @Content)
    Mono<ResponseEntity<Void>> update(@RequestBody(required = false) Mono<byte[]> body, Principal caller) {
        return body.defaultIfEmpty(NOTHING)
                .map(json -> StatusRequest.read(json, lists))
                .onErrorMap(MalformedException.class, CredentialStatusController::malformed)
                .flatMap(request -> changes.set(
                        request.credentialId(),
                        request.purpose(),
                        request.entry(),
                        request.status(),
                        new Actor(caller.getName())))
                .map(outcome -> done(outcome, HttpStatus.OK));
    }

    @GetMapping(path = "/credentials/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "getCredential",
            summary = "A credential by its id",
            description =
                    "One that this node has issued, for a profile or on request; of several with one id the newest.")
    @ApiResponse(responseCode = "200", description = "The credential.")
    @ApiResponse(responseCode = "404", description = "No credential of that id is kept here.", content = @Content)
    Mono<CredentialResponse> get(
            @Parameter(description = "Percent-encoded.", example = "urn:uuid:0fc754bc-fc32-46a0-aec1-a5ef385e7ea0")
                    @PathVariable
                    String id) {
        return changes.find(id)
                .next()
                .map(KnownCredential::json)
                .map(json -> new CredentialResponse(CredentialJson.parse(json.getBytes(StandardCharsets.UTF_8))))
                .switchIfEmpty(Mono.error(() -> error(Outcome.UNKNOWN_CREDENTIAL)));
    }

    @DeleteMapping("/credentials/{id}")
    @Operation(
            operationId = "deleteCredential",
            summary = "Delete a credential that was issued on request",
            description =
                    "Deletes what is kept of it, and revokes it where it has a status. Credentials of profiles go with these.")
    @ApiResponse(responseCode = "202", description = "It is deleted.", content = @Content)
    @ApiResponse(responseCode = "404", description = "No credential of that id is kept here.", content = @Content)
    @ApiResponse(responseCode = "409", description = "It is the credential of a profile.", content = @Content)
    Mono<ResponseEntity<Void>> delete(
            @Parameter(description = "Percent-encoded.", example = "urn:uuid:0fc754bc-fc32-46a0-aec1-a5ef385e7ea0")
                    @PathVariable
                    String id,
            Principal caller) {
        return changes.delete(id, new Actor(caller.getName())).map(outcome -> done(outcome, HttpStatus.ACCEPTED));
    }

    private static ResponseEntity<Void> done(Outcome outcome, HttpStatus status) {
        if (outcome == Outcome.DONE) {
            return ResponseEntity.status(status).build();
        }
        throw error(outcome);
    }

    private static ErrorResponseException error(Outcome outcome) {
        return switch (outcome) {
            case UNKNOWN_CREDENTIAL ->
                ProblemType.UNKNOWN_CREDENTIAL_ID.exception("This node keeps no credential of that id.");
            case NO_STATUS -> ProblemType.NO_STATUS.exception("The credential was issued without a credentialStatus.");
            case OTHER_ENTRY ->
                ProblemType.NO_STATUS.exception("The credential's status stands elsewhere than credentialStatus says.");
            case REVOKE_THE_PROFILE ->
                ProblemType.PROFILE_CREDENTIAL.exception("This is the credential of a profile: revoke or erase that.");
            case NOT_REVERSIBLE -> ProblemType.NOT_REVERSIBLE.exception("A revocation is for ever.");
            case DONE -> throw new IllegalArgumentException("that is no problem");
        };
    }

    private static ErrorResponseException malformed(MalformedException e) {
        return ProblemType.INVALID_REQUEST.exception(String.valueOf(e.getMessage()));
    }
}
