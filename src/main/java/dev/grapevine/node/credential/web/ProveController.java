package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.credential.PresentationSigner;
import dev.grapevine.node.credential.SdJwtPresenter;
import dev.grapevine.node.credential.web.RequestReader.ProveRequest;
import dev.grapevine.node.credential.web.RequestReader.UnreadableException;
import dev.grapevine.node.identity.IssuerKeyException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.node.ObjectNode;

/** Presentations of this node's issuer, by the VC-API. */
@RestController
@Tag(name = "Credentials")
class ProveController {

    private static final byte[] NOTHING = {};

    private final PresentationSigner signer;
    private final SdJwtPresenter sdJwts;
    private final VerifyWork work;

    ProveController(PresentationSigner signer, SdJwtPresenter sdJwts, Scheduler verifyScheduler) {
        this.signer = signer;
        this.sdJwts = sdJwts;
        work = new VerifyWork(verifyScheduler);
    }

    @PostMapping(
            path = "/presentations/prove",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "provePresentation",
            summary = "Present credentials as this node's issuer",
            description =
                    "Checks a presentation by every rule of the data model and signs it with the key of this node's issuer, who is its"
                            + " holder, for the verifier and over the challenge that options name. By ecdsa-jcs-2019, ecdsa-rdfc-2019"
                            + " and ES256 or ES384 the holder is the did:web of the issuer, which a node may have or not (400)."
                            + " With options.mediaType application/dc+sd-jwt the presentation is an SD-JWT credential in its envelope"
                            + " instead, whose cnf is the key of this node's issuer; the verifier sees of what is hidden in it what"
                            + " options.disclosed names.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = ProvePresentationRequest.class),
                                            examples = @ExampleObject(ProvePresentationRequest.EXAMPLE))))
    @ApiResponse(
            responseCode = "201",
            description = "Signed.",
            content = @Content(schema = @Schema(implementation = ProvePresentationRequest.Response.class)))
    @ApiResponse(
            responseCode = "400",
            description = "No presentation of this issuer; problemDetails says why.",
            content = @Content)
    @ApiResponse(responseCode = "413", description = "The request is longer than 256 KiB.", content = @Content)
    @ApiResponse(
            responseCode = "503",
            description = "More waits than the node takes, or it has no key to sign with.",
            content = @Content)
    Mono<ResponseEntity<ProvePresentationRequest.Response>> prove(@RequestBody(required = false) Mono<byte[]> body) {
        return body.defaultIfEmpty(NOTHING).flatMap(this::answer);
    }

    private Mono<ResponseEntity<ProvePresentationRequest.Response>> answer(byte[] body) {
        ProveRequest request;
        try {
            request = RequestReader.prove(body);
        } catch (UnreadableException e) {
            return Mono.error(IssueController.invalid(List.of(e.problem())));
        }
        boolean takesLong = request.signedBy()
                .filter(by -> CredentialSigner.takesLong(request.presentation(), by))
                .isPresent();
        return work.run(takesLong, () -> Mono.fromSupplier(() -> sign(request)))
                .map(presentation -> ResponseEntity.status(HttpStatus.CREATED)
                        .body(new ProvePresentationRequest.Response(presentation)))
                .onErrorMap(RefusedException.class, e -> IssueController.invalid(e.problems()))
                .onErrorMap(IssuerKeyException.class, IssueController::keyMissing);
    }

    private ObjectNode sign(ProveRequest request) {
        PresentationSigner.Options options = request.options();
        return switch (request.form()) {
            case DATA_INTEGRITY ->
                signer.sign(
                        request.presentation(),
                        request.signedBy().orElseThrow(),
                        request.curve().orElseThrow(),
                        options);
            case JWT ->
                signer.signJwt(request.presentation(), request.signedBy().orElseThrow(), options);
            case SD_JWT ->
                sdJwts.present(
                        request.presentation(),
                        request.disclosed(),
                        options.domain().orElseThrow(),
                        options.challenge().orElseThrow());
        };
    }
}
