package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.credential.IssuedCredentials;
import dev.grapevine.node.credential.IssuedCredentials.FullException;
import dev.grapevine.node.credential.Problem;
import dev.grapevine.node.credential.SdJwtSigner;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.credential.web.RequestReader.IssueRequest;
import dev.grapevine.node.credential.web.RequestReader.UnreadableException;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Issuing by the VC-API, of credentials that are no profiles. */
@RestController
@Tag(name = "Credentials")
class IssueController {

    private static final byte[] NOTHING = {};

    /** Until somebody has put a key back. */
    private static final int MENDED_BY_PEOPLE_SECONDS = 60;

    private static final int FULL_FOR_SECONDS = 1;

    private final CredentialSigner signer;
    private final SdJwtSigner sdJwtSigner;
    private final StatusPlaces places;
    private final IssuedCredentials issued;
    private final VerifyWork work;

    IssueController(
            CredentialSigner signer,
            SdJwtSigner sdJwtSigner,
            StatusPlaces places,
            IssuedCredentials issued,
            Scheduler verifyScheduler) {
        this.signer = signer;
        this.sdJwtSigner = sdJwtSigner;
        this.places = places;
        this.issued = issued;
        work = new VerifyWork(verifyScheduler);
    }

    @PostMapping(
            path = "/credentials/issue",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "issueCredential",
            summary = "Issue a credential of your own making",
            description = """
                    Checks a credential by every rule of the data model and signs it with the key of this node's issuer, by \
                    eddsa-jcs-2022 or eddsa-rdfc-2022, or as a JWT, which comes in an envelope. By ecdsa-jcs-2019, ecdsa-rdfc-2019 and \
                    ES256 or ES384 another key signs, and the issuer is the did:web of this node's issuer, whose document has that key; a node without a \
                    did:web answers 400. With options.mediaType \
                    application/dc+sd-jwt the credential is an object of claims instead, with its type as vct, and its holder \
                    may keep back what options.disclosable names. It is in no log. If it has an id, or options.credentialId gives it one, \
                    it is kept, can be fetched at /credentials/{id}, and on a node with a public URL gets a credentialStatus, which \
                    /credentials/status sets. For people, publish profiles instead.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                                            schema = @Schema(implementation = IssueCredentialRequest.class),
                                            examples = @ExampleObject(IssueCredentialRequest.EXAMPLE))))
    @ApiResponse(
            responseCode = "201",
            description = "Signed.",
            content = @Content(schema = @Schema(implementation = IssueCredentialResponse.class)))
    @ApiResponse(
            responseCode = "400",
            description = "No credential of this issuer; problemDetails says why.",
            content = @Content)
    @ApiResponse(responseCode = "413", description = "The request is longer than 256 KiB.", content = @Content)
    @ApiResponse(
            responseCode = "503",
            description = "More waits than the node takes, or it has no key to sign with.",
            content = @Content)
    Mono<ResponseEntity<IssueCredentialResponse>> issue(@RequestBody(required = false) Mono<byte[]> body) {
        return body.defaultIfEmpty(NOTHING).flatMap(this::answer);
    }

    private Mono<ResponseEntity<IssueCredentialResponse>> answer(byte[] body) {
        IssueRequest request;
        try {
            request = RequestReader.issue(body);
        } catch (UnreadableException e) {
            return Mono.error(invalid(List.of(e.problem())));
        }
        return place(request)
                .flatMap(place -> sign(request, place)
                        .doOnError(error -> place.ifPresent(places::giveBack))
                        .delayUntil(credential -> keep(request, credential, place)))
                .map(credential ->
                        ResponseEntity.status(HttpStatus.CREATED).body(new IssueCredentialResponse(credential)))
                .onErrorMap(FullException.class, e -> full())
                .onErrorMap(RefusedException.class, e -> invalid(e.problems()))
                .onErrorMap(IssuerKeyException.class, IssueController::keyMissing);
    }

    /** Of what nobody can name later, nobody could set the status; and the caller may have said where it stands. */
    private Mono<Optional<StatusPlace>> place(IssueRequest request) {
        return request.id() == null
                        || !request.form().isOfDataModel()
                        || !StatusPlace.canStandIn(request.credential())
                        || request.credential().has("credentialStatus")
                ? Mono.just(Optional.empty())
                : places.take();
    }

    private Mono<ObjectNode> sign(IssueRequest request, Optional<StatusPlace> place) {
        JsonNode given = request.credential();
        JsonNode credential = place.isPresent() && given instanceof ObjectNode object
                ? object.deepCopy()
                        .set("credentialStatus", place.get().entries(CredentialSigner.isOfWeb(request.signedBy())))
                : given;
        return work.run(
                CredentialSigner.takesLong(credential, request.signedBy()),
                () -> Mono.fromSupplier(() -> sign(request, credential)));
    }

    private ObjectNode sign(IssueRequest request, JsonNode credential) {
        return switch (request.form()) {
            case DATA_INTEGRITY ->
                signer.sign(credential, request.signedBy(), request.curve().orElseThrow());
            case JWT -> signer.signJwt(credential, request.signedBy());
            case SD_JWT -> sdJwtSigner.signEnveloped(credential, request.disclosable(), request.signedBy());
        };
    }

    private Mono<Void> keep(IssueRequest request, ObjectNode credential, Optional<StatusPlace> place) {
        return request.id() == null ? Mono.empty() : issued.keep(request.id(), credential, place);
    }

    private static ErrorResponseException full() {
        return ProblemType.OVERLOADED.exception(
                "More credentials wait to be kept than the node takes; try again soon.", FULL_FOR_SECONDS);
    }

    static ErrorResponseException invalid(List<Problem> problems) {
        ErrorResponseException error =
                ProblemType.INVALID_REQUEST.exception("This is nothing that the node can sign; see problemDetails.");
        error.getBody().setProperty("problemDetails", problems);
        return error;
    }

    static ErrorResponseException keyMissing(IssuerKeyException missing) {
        return ProblemType.ISSUER_KEY_MISSING.exception(
                "Nothing was done: " + missing.getMessage() + " " + missing.remedy(), MENDED_BY_PEOPLE_SECONDS);
    }
}
