package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.KeyRecovery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.Base64;
import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Recovery of this node's issuer, in two steps: between them, the recovery key signs elsewhere. */
@RestController
@Tag(name = "Issuer keys", description = "What issuers sign with, and signed with before.")
class KeyRecoveryController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final KeyRecovery recovery;

    KeyRecoveryController(KeyRecovery recovery) {
        this.recovery = recovery;
    }

    @PostMapping(path = "/api/v1/issuer-key/recovery/prepare", consumes = JSON, produces = JSON)
    @Operation(
            operationId = "prepareKeyRecovery",
            summary = "Begin to recover this node's issuer",
            description =
                    "The node makes a new key and the event by which it takes over, for the recovery key to sign. Nothing else changes."
                            + " './grapevine issuer-key recover' does all of it.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = KeyViews.PrepareRecovery.class),
                                            examples = @ExampleObject(KeyViews.PREPARE_EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "What is to be signed.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(responseCode = "409", description = "The log has no such event.", content = @Content)
    @ApiResponse(responseCode = "503", description = "The log of the issuer is not here yet.", content = @Content)
    Mono<KeyViews.PreparedRecovery> prepare(@RequestBody Mono<byte[]> body) {
        return body.map(KeyRecoveryController::at)
                .flatMap(recovery::prepare)
                .map(KeyViews.PreparedRecovery::of)
                .onErrorMap(KeyRecoveryController::problem);
    }

    @PostMapping(path = "/api/v1/issuer-key/recovery", consumes = JSON, produces = JSON)
    @Operation(
            operationId = "recoverIssuerKey",
            summary = "Recover this node's issuer",
            description =
                    "Puts a prepared event that the recovery key has signed into the log: the new key signs from there on, and whatever"
                            + " else the log had from its sequence on is of no effect; revocations and erasures stay. Done twice, it"
                            + " changes nothing the second time.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = KeyViews.Recover.class),
                                            examples = @ExampleObject(KeyViews.RECOVER_EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "The key that is in force now.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "It is not signed by the recovery key, was not prepared here, or cannot take its place.",
            content = @Content)
    Mono<KeyViews.Rotated> recover(@RequestBody Mono<byte[]> body, @Parameter(hidden = true) Principal caller) {
        return Mono.deferContextual(chain -> body.map(KeyRecoveryController::event)
                        .flatMap(event -> recovery.recover(event, ProfileController.actor(caller, chain))))
                .map(KeyViews.Rotated::of)
                .onErrorMap(KeyRecoveryController::problem);
    }

    private static Throwable problem(Throwable error) {
        return error instanceof KeyRecovery.RefusedException refused
                ? ProblemType.RECOVERY_REFUSED.exception("Nothing was done: " + refused.getMessage() + ".")
                : RegistryProblems.of(error);
    }

    private static OptionalLong at(byte[] body) {
        JsonNode at = only(ProfileReader.object(body), "at");
        if (at.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!at.isIntegralNumber() || !at.canConvertToLong() || at.asLong() < 0) {
            throw new InvalidFieldsException("/at", "must be a sequence: 0 or more");
        }
        return OptionalLong.of(at.asLong());
    }

    private static SignedEvent event(byte[] body) {
        JsonNode event = only(ProfileReader.object(body), "event");
        try {
            return SignedEvent.decode(Base64.getDecoder().decode(event.isString() ? event.stringValue() : ""));
        } catch (MalformedException | IllegalArgumentException e) {
            throw new InvalidFieldsException("/event", "must be a signed event in base64");
        }
    }

    /** The one field that there may be. */
    private static JsonNode only(ObjectNode json, String field) {
        for (String name : json.propertyNames()) {
            if (!name.equals(field)) {
                throw new InvalidFieldsException(
                        "/" + name.replace("~", "~0").replace("/", "~1"), "is not a field of this request");
            }
        }
        return json.path(field);
    }
}
