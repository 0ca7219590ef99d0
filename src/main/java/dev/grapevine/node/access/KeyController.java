package dev.grapevine.node.access;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.security.Principal;
import java.time.Clock;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The operator's keys. */
@RestController
@RequestMapping(path = "/api/v1/keys")
@Tag(name = "Keys", description = "Who may call this node.")
class KeyController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

    private final ApiKeys keys;
    private final Clock clock;

    KeyController(ApiKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @GetMapping(produces = JSON)
    @Operation(
            operationId = "listKeys",
            summary = "List the keys",
            description =
                    "Those that work, the newest first, then those that are revoked or expired. Never their secrets.")
    Mono<KeyViews.Keys> list() {
        return keys.list()
                .map(all -> new KeyViews.Keys(all.stream().map(this::view).toList()));
    }

    @GetMapping(path = "/{id}", produces = JSON)
    @Operation(operationId = "getKey", summary = "One key")
    @ApiResponse(responseCode = "200", description = "What is known of it; not its secret.")
    @ApiResponse(responseCode = "404", description = "There is no such key.", content = @Content)
    Mono<KeyViews.Key> get(@PathVariable String id) {
        return keys.list()
                .flatMap(all -> Mono.justOrEmpty(
                        all.stream().filter(key -> key.id().equals(id)).findFirst()))
                .map(this::view)
                .switchIfEmpty(Mono.error(() -> unknown(id)));
    }

    @PostMapping(consumes = JSON, produces = JSON)
    @Operation(
            operationId = "addKey",
            summary = "Make a key",
            description = "The node makes the secret and answers it this once; it keeps only a hash.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = KeyViews.New.class),
                                            examples = @ExampleObject(KeyViews.EXAMPLE))))
    @ApiResponse(responseCode = "201", description = "The key, which works from now on.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "There are " + KeyTable.MAX_VALID_KEYS + " keys already.",
            content = @Content)
    Mono<ResponseEntity<KeyViews.Made>> add(@RequestBody Mono<byte[]> body, Principal caller) {
        return body.map(json -> NewKeyReader.read(json, clock))
                .flatMap(wanted -> keys.make(wanted, new Actor(caller.getName())))
                .switchIfEmpty(Mono.error(KeyController::tooMany))
                .map(made -> ResponseEntity.created(
                                URI.create("/api/v1/keys/" + made.key().id()))
                        .body(new KeyViews.Made(made.secret(), view(made.key()))));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "revokeKey",
            summary = "Revoke a key",
            description =
                    "It stops working at once; on other instances with the same database within a second. For ever.")
    @ApiResponse(responseCode = "204", description = "It is revoked, now or since earlier.")
    @ApiResponse(responseCode = "404", description = "There is no such key.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "It stands in the node's settings, and must be removed there.",
            content = @Content)
    Mono<Void> revoke(@PathVariable String id, Principal caller) {
        if (id.equals(ApiKeys.CONFIGURED)) {
            return Mono.error(
                    ProblemType.CONFIGURED_KEY.exception(
                            "This key stands in the node's settings (GRAPEVINE_API_KEY): remove it there and restart the node."));
        }
        return keys.revoke(id, new Actor(caller.getName()))
                .switchIfEmpty(Mono.error(() -> unknown(id)))
                .then();
    }

    private KeyViews.Key view(ApiKey key) {
        return KeyViews.Key.of(key, clock.instant());
    }

    private static ErrorResponseException unknown(String id) {
        return ProblemType.UNKNOWN_KEY.exception("There is no key " + id + ".");
    }

    private static ErrorResponseException tooMany() {
        return ProblemType.TOO_MANY_KEYS.exception(
                "There are " + KeyTable.MAX_VALID_KEYS + " keys that work; revoke one first.");
    }
}
