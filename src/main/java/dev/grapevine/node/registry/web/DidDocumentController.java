package dev.grapevine.node.registry.web;

import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.registry.web.DidWebDocument.Document;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Publishes the DID document of this node's issuer as a {@code did:web}. */
@RestController
@Tag(name = "Issuer keys")
class DidDocumentController {

    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final DidWebDocument published;

    DidDocumentController(DidWebDocument published) {
        this.published = published;
    }

    /** Beneath a public URL with a path the document is at that path, and before a proxy at the root. */
    @GetMapping(
            path = {"/.well-known/did.json", "/did.json"},
            produces = {MediaType.APPLICATION_JSON_VALUE, "application/did+json"})
    @Operation(operationId = "didDocument", summary = "The did:web document of this node's issuer", description = """
                    Of the did:web that is configured, or that the public URL stands for. The key in force may make proofs of both \
                    purposes; keys that handed over to another one, of credentials (assertionMethod), which are still good; a key \
                    that the recovery key has replaced is not there any more. The keys on P-256 and P-384 are in no log: the newest of each \
                    curve signs by ECDSA, for both purposes; those before it, of credentials, are still good.""")
    @ApiResponse(responseCode = "200", description = "The document.")
    @ApiResponse(responseCode = "404", description = "The node has no public URL, or no log yet.", content = @Content)
    Mono<ResponseEntity<Document>> document() {
        return published
                .document()
                .map(document -> ResponseEntity.ok()
                        .cacheControl(CacheControl.maxAge(MAX_AGE).cachePublic())
                        .body(document))
                .switchIfEmpty(Mono.error(DidDocumentController::none));
    }

    private static ErrorResponseException none() {
        return ProblemType.NOT_FOUND.exception("This node publishes no did:web: it has no public URL, or no log yet.");
    }
}
