package dev.grapevine.node.trust.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.trust.Admission;
import dev.grapevine.node.trust.ConfiguredTrustException;
import dev.grapevine.node.trust.TooManyLevelsException;
import dev.grapevine.node.trust.Trust;
import dev.grapevine.node.trust.TrustLevel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the operator says of issuers, and how much of others is taken in. */
@RestController
@Tag(name = "Issuers", description = "Who publishes in this network.")
class TrustController {

    private static final String JSON = MediaType.APPLICATION_JSON_VALUE;
    private static final String DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    private static final String EXAMPLE = "{\"level\":\"trusted\"}";

    private static final JsonMapper READER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Trust trust;
    private final Admission admission;

    TrustController(Trust trust, Admission admission) {
        this.trust = trust;
        this.admission = admission;
    }

    @GetMapping(path = "/api/v1/issuers/{did}/trust", produces = JSON)
    @Operation(
            operationId = "readTrust",
            summary = "How much an issuer counts",
            description = "Also of an issuer of which nothing is held, or who is blocked.")
    @ApiResponse(responseCode = "200", description = "What is said of it.")
    @ApiResponse(responseCode = "400", description = "That is no issuer's did:key.", content = @Content)
    Mono<TrustViews.Trust> read(@PathVariable @Parameter(example = DID) String did) {
        return Mono.defer(() -> trust.read(issuer(did))).map(TrustViews.Trust::of);
    }

    @PutMapping(path = "/api/v1/issuers/{did}/trust", consumes = JSON, produces = JSON)
    @Operation(
            operationId = "setTrust",
            summary = "Say how much an issuer counts",
            description =
                    "From the answer on, no lookup on any instance with this database shows what was before. Of a blocked issuer"
                            + " everything that is held goes, and nothing is taken in; when it is known again, it is fetched from"
                            + " peers.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = JSON,
                                            schema = @Schema(implementation = TrustViews.Wanted.class),
                                            examples = @ExampleObject(EXAMPLE))))
    @ApiResponse(responseCode = "200", description = "What is said of it now.")
    @ApiResponse(responseCode = "400", description = "Malformed; errors names the fields.", content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "The node's settings say something else, and must be changed there.",
            content = @Content)
    Mono<TrustViews.Trust> set(
            @PathVariable @Parameter(example = DID) String did, @RequestBody Mono<byte[]> body, Principal caller) {
        return body.map(TrustController::level)
                .flatMap(level -> trust.set(issuer(did), level, new Actor(caller.getName())))
                .map(TrustViews.Trust::of)
                .onErrorMap(ConfiguredTrustException.class, TrustController::configured)
                .onErrorMap(TooManyLevelsException.class, TrustController::tooMany);
    }

    @GetMapping(path = "/api/v1/admission", produces = JSON)
    @Operation(
            operationId = "readAdmission",
            summary = "How much of issuers that are not trusted is taken in",
            description = "The quotas, what is used of them, and what was declined since the node started.")
    TrustViews.Admission admission() {
        return TrustViews.Admission.of(admission);
    }

    private static IssuerId issuer(String did) {
        try {
            return IssuerId.parse(did);
        } catch (MalformedException e) {
            throw invalid("did", "is not the did:key of an issuer");
        }
    }

    private static TrustLevel level(byte[] body) {
        try {
            JsonNode json = READER.readTree(body);
            JsonNode level = json.path("level");
            if (!json.isObject() || json.size() != 1 || !level.isString()) {
                throw invalid("", "must be an object with the one field level");
            }
            return TrustLevel.parse(level.stringValue())
                    .orElseThrow(() -> invalid("/level", "must be one of: trusted, known, blocked"));
        } catch (JacksonException e) {
            throw invalid("", "is not JSON: " + e.getOriginalMessage());
        }
    }

    private static ErrorResponseException invalid(String pointer, String detail) {
        ErrorResponseException error =
                ProblemType.INVALID_REQUEST.exception("The request has values that are not allowed; see errors.");
        error.getBody().setProperty("errors", List.of(Map.of("pointer", pointer, "detail", detail)));
        return error;
    }

    private static ErrorResponseException configured(ConfiguredTrustException error) {
        return ProblemType.CONFIGURED_TRUST.exception(
                "Nothing was changed: " + error.getMessage() + ". Change them and restart the node.");
    }

    private static ErrorResponseException tooMany(TooManyLevelsException error) {
        return ProblemType.CONFLICT.exception("Nothing was changed: " + error.getMessage() + ".");
    }
}
