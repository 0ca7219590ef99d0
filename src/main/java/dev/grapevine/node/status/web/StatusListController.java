package dev.grapevine.node.status.web;

import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.status.PublishedLists;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HexFormat;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Status lists, for everybody who verifies a credential of this node. */
@RestController
@Tag(name = "Credentials")
class StatusListController {

    private final PublishedLists lists;

    StatusListController(PublishedLists lists) {
        this.lists = lists;
    }

    @GetMapping(
            path = StatusPlace.PATH + "{id}",
            produces = {MediaType.APPLICATION_JSON_VALUE, "application/vc", "application/ld+json"})
    @Operation(operationId = "getStatusList", summary = "A status list", description = """
                    The statuses of up to 131,072 credentials of this node for one purpose, revocation or suspension, as a signed \
                    credential (W3C Bitstring Status List). Its URL stands in the credentialStatus of each credential that it is \
                    about. May be cached as long as its Cache-Control says, which is its ttl; ask again with If-None-Match.""")
    @ApiResponse(
            responseCode = "200",
            description = "The list.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema =
                                    @Schema(
                                            types = "object",
                                            additionalProperties = Schema.AdditionalPropertiesValue.TRUE)))
    @ApiResponse(responseCode = "304", description = "As the caller has it.", content = @Content)
    @ApiResponse(responseCode = "404", description = "There is no such list.", content = @Content)
    Mono<ResponseEntity<byte[]>> list(
            @Parameter(
                            description = "As it stands in a credential.",
                            example = "0d4b2c3e-8f0a-4f1c-9f57-3a0d9c1d7f11-revocation")
                    @PathVariable
                    String id) {
        return Mono.justOrEmpty(ListName.parse(id))
                .flatMap(lists::credential)
                .map(StatusListController::respond)
                .switchIfEmpty(Mono.error(StatusListController::unknown));
    }

    /** Spring answers 304 where the caller has that tag. */
    private static ResponseEntity<byte[]> respond(byte[] json) {
        return ResponseEntity.ok()
                .eTag("\"" + HexFormat.of().formatHex(Multihash.sha256(json).digest()) + "\"")
                .cacheControl(CacheControl.maxAge(PublishedLists.TIME_TO_LIVE).cachePublic())
                .body(json);
    }

    private static ErrorResponseException unknown() {
        return ProblemType.UNKNOWN_STATUS_LIST.exception("This node publishes no such status list.");
    }
}
