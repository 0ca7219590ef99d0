package dev.grapevine.node.registry.web;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.registry.Publisher;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Min;
import java.security.Principal;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The signing keys of issuers, and the rotation of this node's own. */
@RestController
@Tag(name = "Issuer keys", description = "What issuers sign with, and signed with before.")
class IssuerKeyController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final Registry registry;
    private final Publisher publisher;
    private final IssuerIdentity identity;
    private final IssuerKeys keys;

    IssuerKeyController(Registry registry, Publisher publisher, IssuerIdentity identity, IssuerKeys keys) {
        this.registry = registry;
        this.publisher = publisher;
        this.identity = identity;
        this.keys = keys;
    }

    @GetMapping(path = "/api/v1/issuers/{did}/keys", produces = JSON)
    @Operation(
            operationId = "listIssuerKeys",
            summary = "The signing keys of an issuer",
            description =
                    "In the order in which they were in force, each with the part of the log that it may have signed, 100 a page."
                            + " What an old key has signed there still verifies.")
    @ApiResponse(responseCode = "200", description = "A page of keys; the last one without to is in force.")
    @ApiResponse(responseCode = "404", description = "This node holds no log of the issuer.", content = @Content)
    Mono<KeyViews.IssuerKeys> list(
            @PathVariable @Parameter(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK") String did,
            @RequestParam(defaultValue = "0") @Min(0) @Parameter(description = "next of the page before.") long from) {
        return Mono.defer(() -> registry.keys(IssuerId.parse(did), from))
                .map(page -> KeyViews.IssuerKeys.of(did, page))
                .onErrorMap(MalformedException.class, e -> noLog())
                .switchIfEmpty(Mono.error(IssuerKeyController::noLog));
    }

    private static ErrorResponseException noLog() {
        return ProblemType.NOT_FOUND.exception("This node holds no log of such an issuer.");
    }

    @GetMapping(path = "/api/v1/issuer-key", produces = JSON)
    @Operation(
            operationId = "readIssuerKey",
            summary = "The key of this node's issuer",
            description = "What the log says and what this instance has; no secrets.")
    @ApiResponse(responseCode = "200", description = "The key.")
    @ApiResponse(responseCode = "404", description = "The log of the issuer is not here yet.", content = @Content)
    Mono<KeyViews.OwnKey> read() {
        return registry.issuer(identity.id())
                .filter(issuer -> issuer.head().isPresent())
                .map(issuer -> KeyViews.OwnKey.of(issuer, keys))
                .switchIfEmpty(Mono.error(IssuerKeyController::noLog));
    }

    @PostMapping(path = "/api/v1/issuer-key/rotate", consumes = JSON, produces = JSON)
    @Operation(
            operationId = "rotateIssuerKey",
            summary = "Rotate the key of this node's issuer",
            description =
                    "The node makes a new key, keeps it in its key file, and says so in the log, signed by both keys. The issuer's"
                            + " id stays. Instances with key files of their own publish nothing until they have the new one. Done twice,"
                            + " it changes nothing the second time, for the key that it names is no longer in force.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = KeyViews.Rotate.class),
                                            examples = @ExampleObject(KeyViews.ROTATE_EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "The key that is in force instead of it, now or since earlier.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "Neither that key nor its immediate successor is in force.",
            content = @Content)
    @ApiResponse(responseCode = "503", description = "This instance has not got the key in force.", content = @Content)
    Mono<KeyViews.Rotated> rotate(@RequestBody Mono<byte[]> body, @Parameter(hidden = true) Principal caller) {
        return Mono.deferContextual(chain -> body.map(IssuerKeyController::replaces)
                        .flatMap(replaced -> publisher.rotateKey(replaced, ProfileController.actor(caller, chain)))
                        .switchIfEmpty(Mono.error(() -> ProblemType.KEY_NOT_IN_FORCE.exception(
                                "The key to be rotated is not in force; GET /api/v1/issuer-key tells which is."))))
                .map(KeyViews.Rotated::of)
                .onErrorMap(RegistryProblems::of);
    }

    private static PublicKey replaces(byte[] body) {
        ObjectNode json = ProfileReader.object(body);
        for (String name : json.propertyNames()) {
            if (!name.equals("replaces")) {
                throw new InvalidFieldsException(
                        "/" + name.replace("~", "~0").replace("/", "~1"), "is not a field of a rotation");
            }
        }
        JsonNode replaces = json.path("replaces");
        try {
            return DidKey.parse(replaces.isString() ? replaces.stringValue() : "");
        } catch (MalformedException e) {
            throw new InvalidFieldsException("/replaces", "must be the key in force, did:key:z6Mk…");
        }
    }
}
