package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.PresentationVerifier;
import dev.grapevine.node.credential.web.RequestReader.PresentationRequest;
import dev.grapevine.node.credential.web.RequestReader.UnreadableException;
import dev.grapevine.node.credential.web.VerifyPresentationRequest.VerifyPresentationOptions;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The presentation endpoints of the VC-API, under the paths that it gives them. */
@RestController
@Tag(name = "Credentials")
class PresentationController {

    private static final byte[] NOTHING = {};

    private final PresentationVerifier verifier;
    private final VerifyWork work;

    PresentationController(PresentationVerifier verifier, Scheduler verifyScheduler) {
        this.verifier = verifier;
        work = new VerifyWork(verifyScheduler);
    }

    @PostMapping(
            path = "/presentations/verify",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "verifyPresentation",
            summary = "Verify a presentation",
            description = """
                    Checks what somebody shows: that the presentation is one, that its proof is right and was made for your \
                    domain over your challenge, that its holder made it, and every credential in it like /credentials/verify. \
                    Choose a new random challenge each time and accept it once; that is what keeps a presentation from being \
                    shown again by somebody else. The example is sound, but its credential's issuer is known to no network.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = VerifyPresentationRequest.class),
                                            examples = @ExampleObject(PresentationExamples.REQUEST))))
    @ApiResponse(
            responseCode = "200",
            description = "The presentation and its credentials can be relied on: no check failed.",
            content = @Content(schema = @Schema(implementation = VerifyPresentationResponse.class)))
    @ApiResponse(
            responseCode = "400",
            description = "A check failed, or the request is malformed; problemDetails says why.",
            content = @Content(schema = @Schema(implementation = VerifyPresentationResponse.class)))
    @ApiResponse(responseCode = "413", description = "The request is longer than 256 KiB.", content = @Content)
    @ApiResponse(
            responseCode = "503",
            description = "More wait to be verified than the node takes.",
            content = @Content)
    Mono<ResponseEntity<VerifyPresentationResponse>> verify(@RequestBody(required = false) Mono<byte[]> body) {
        return body.defaultIfEmpty(NOTHING).flatMap(this::answer);
    }

    private Mono<ResponseEntity<VerifyPresentationResponse>> answer(byte[] body) {
        PresentationRequest request;
        try {
            request = RequestReader.presentation(body);
        } catch (UnreadableException e) {
            PresentationVerifier.Result unreadable = PresentationVerifier.Result.unreadable(e.problem());
            return Mono.just(
                    respond(VerifyPresentationResponse.of(unreadable, VerifyPresentationOptions.DEFAULT, null)));
        }
        VerifyPresentationOptions options = request.options();
        return work.run(
                        CredentialVerifier.takesLong(request.presentation()),
                        () -> verifier.verify(
                                request.presentation(),
                                Optional.ofNullable(options.domain()),
                                Optional.ofNullable(options.challenge()),
                                options.ofEachCredential().wanted()))
                .map(result -> respond(VerifyPresentationResponse.of(result, options, request.presentation())));
    }

    private static ResponseEntity<VerifyPresentationResponse> respond(VerifyPresentationResponse response) {
        return ResponseEntity.status(response.verified() ? HttpStatus.OK : HttpStatus.BAD_REQUEST)
                .body(response);
    }
}
