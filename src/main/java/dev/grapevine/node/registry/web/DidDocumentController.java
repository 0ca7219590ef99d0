package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.grapevine.keys.DidWeb;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.NodeProperties;
import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.registry.IssuerKey;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The DID document of this node's issuer as a {@code did:web}. */
@RestController
@Tag(name = "Issuer keys")
class DidDocumentController {

    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final Registry registry;
    private final IssuerIdentity identity;
    private final Optional<String> did;

    DidDocumentController(Registry registry, IssuerIdentity identity, NodeProperties properties) {
        this.registry = registry;
        this.identity = identity;
        this.did = Optional.ofNullable(identity.didWeb())
                .or(() -> Optional.ofNullable(properties.publicUrl())
                        .map(URI::create)
                        .map(DidWeb::of));
    }

    /** DID Core section 5. */
    @Schema(name = "DidDocument", description = "A DID document.")
    record Document(
            @JsonProperty("@context") List<String> context,
            String id,
            List<String> alsoKnownAs,
            List<Method> verificationMethod,
            List<String> authentication,
            List<String> assertionMethod) {}

    /** Controlled Identifiers section 2.2.2. */
    @Schema(name = "DidVerificationMethod", description = "A public key.")
    record Method(String id, String type, String controller, String publicKeyMultibase) {}

    /** Beneath a public URL with a path the document is at that path, and before a proxy at the root. */
    @GetMapping(
            path = {"/.well-known/did.json", "/did.json"},
            produces = {MediaType.APPLICATION_JSON_VALUE, "application/did+json"})
    @Operation(operationId = "didDocument", summary = "The did:web document of this node's issuer", description = """
                    Of the did:web that is configured, or that the public URL stands for. The key in force may make proofs of both \
                    purposes; keys that handed over to another one, of credentials (assertionMethod), which are still good; a key \
                    that the recovery key has replaced is not there any more.""")
    @ApiResponse(responseCode = "200", description = "The document.")
    @ApiResponse(responseCode = "404", description = "The node has no public URL, or no log yet.", content = @Content)
    Mono<ResponseEntity<Document>> document() {
        return Mono.justOrEmpty(did)
                .flatMap(id ->
                        keys(0).collectList().filter(keys -> !keys.isEmpty()).map(keys -> document(id, keys)))
                .map(document -> ResponseEntity.ok()
                        .cacheControl(CacheControl.maxAge(MAX_AGE).cachePublic())
                        .body(document))
                .switchIfEmpty(Mono.error(DidDocumentController::none));
    }

    private Flux<IssuerKey> keys(long from) {
        return registry.keys(identity.id(), from)
                .flatMapMany(page -> Flux.fromIterable(page.keys())
                        .concatWith(page.next().isPresent() ? keys(page.next().getAsLong()) : Flux.empty()));
    }

    private Document document(String id, List<IssuerKey> keys) {
        List<Method> methods = keys.stream()
                .filter(key -> keys.stream()
                        .noneMatch(
                                next -> next.recovered() && next.predecessor().equals(Optional.of(key.key()))))
                .map(key -> VerificationKey.of(key.key()).multikey())
                .distinct()
                .map(multikey -> new Method(id + "#" + multikey, "Multikey", id, multikey))
                .toList();
        return new Document(
                List.of("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"),
                id,
                List.of(identity.id().did()),
                methods,
                List.of(methods.getLast().id()),
                methods.stream().map(Method::id).toList());
    }

    private static ErrorResponseException none() {
        return ProblemType.NOT_FOUND.exception("This node publishes no did:web: it has no public URL, or no log yet.");
    }
}
