package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.credential.web.RequestReader.CredentialRequest;
import dev.grapevine.node.credential.web.RequestReader.UnreadableException;
import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The credential endpoints of the VC-API, under the paths that it gives them. */
@RestController
@Tag(name = "Credentials", description = "W3C verifiable credentials, by the VC-API (w3c/vcalm).")
class CredentialController {

    private static final byte[] NOTHING = {};

    private final CredentialVerifier verifier;
    private final VerifyWork work;

    CredentialController(CredentialVerifier verifier, Scheduler verifyScheduler) {
        this.verifier = verifier;
        work = new VerifyWork(verifyScheduler);
    }

    @PostMapping(
            path = "/credentials/verify",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "verifyCredential",
            summary = "Verify a credential",
            description = """
                    Checks a credential of any issuer whose id is a did:key, a did:jwk or a did:web: its structure, its contexts, its \
                    Data Integrity proofs (eddsa-jcs-2022, eddsa-rdfc-2022, ecdsa-jcs-2019, ecdsa-rdfc-2019; sets and chains) or the \
                    signature of the JWT around it, \
                    that the issuer made it, its validity now, its status (Bitstring Status List; the list is loaded from its issuer \
                    unless it was within five minutes), that it is as its schemas want it (credentialSchema of the types JsonSchema and \
                    JsonSchemaCredential, JSON Schema 2020-12; they are loaded in the same way), and whether its issuer stands by it in its log. \
                    Lists every check with its outcome. The example is a sound \
                    credential whose issuer no network knows, so that its last check fails; put in its place what \
                    publishing answered as credential, and all pass.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = VerifyCredentialRequest.class),
                                            examples = @ExampleObject(VerifyExamples.REQUEST))))
    @ApiResponse(
            responseCode = "200",
            description = "The credential can be relied on: no check failed.",
            content = @Content(schema = @Schema(implementation = VerifyCredentialResponse.class)))
    @ApiResponse(
            responseCode = "400",
            description = "A check failed, or the request is malformed; problemDetails says why.",
            content =
                    @Content(
                            schema = @Schema(implementation = VerifyCredentialResponse.class),
                            examples = @ExampleObject(VerifyExamples.ANSWER)))
    @ApiResponse(responseCode = "413", description = "The request is longer than 256 KiB.", content = @Content)
    @ApiResponse(
            responseCode = "503",
            description = "More wait to be verified than the node takes.",
            content = @Content)
    Mono<ResponseEntity<VerifyCredentialResponse>> verify(@RequestBody(required = false) Mono<byte[]> body) {
        return body.defaultIfEmpty(NOTHING).flatMap(this::answer);
    }

    private Mono<ResponseEntity<VerifyCredentialResponse>> answer(byte[] body) {
        CredentialRequest request;
        try {
            request = RequestReader.credential(body);
        } catch (UnreadableException e) {
            VerificationResult result = VerificationResult.unreadable(e.problem());
            return Mono.just(
                    respond(result, VerifyCredentialResponse.of(result, VerifyCredentialOptions.DEFAULT, null)));
        }
        return work.run(
                        CredentialVerifier.takesLong(request.credential()),
                        () -> verifier.verify(
                                request.credential(), request.options().wanted()))
                .map(result ->
                        respond(result, VerifyCredentialResponse.of(result, request.options(), request.credential())));
    }

    private static ResponseEntity<VerifyCredentialResponse> respond(
            VerificationResult result, VerifyCredentialResponse response) {
        return ResponseEntity.status(result.verified() ? HttpStatus.OK : HttpStatus.BAD_REQUEST)
                .body(response);
    }
}
