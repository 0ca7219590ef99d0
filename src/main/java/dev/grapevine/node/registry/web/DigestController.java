package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.Registry;
import dev.grapevine.node.registry.RegistryDigest;
import dev.grapevine.node.registry.RegistryState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The registry as a whole. */
@RestController
@Tag(name = "Registry", description = "What all logs amount to.")
class DigestController {

    private final RegistryDigest digest;
    private final Registry registry;

    DigestController(RegistryDigest digest, Registry registry) {
        this.digest = digest;
        this.registry = registry;
    }

    @Schema(name = "RegistryDigest")
    record View(
            @Schema(description = "SHA-256 of frontierDigest and profilesDigest, hexadecimal.")
            String digest,

            @Schema(description = "SHA-256 over every issuer and the head of its log, hexadecimal.")
            String frontierDigest,

            @Schema(description = "SHA-256 over every profile and the body that is held of it, hexadecimal.")
            String profilesDigest,

            long issuers,

            @Schema(description = "In all logs.") long events,

            @Schema(description = "Erased ones included.") long profiles,

            @Schema(description = "How many profiles have the body of their current version here.")
            long bodies,

            @Schema(
                    description = "How current this node's registry is.",
                    allowableValues = {"current", "catching-up", "isolated"})
            String registryState,

            @Schema(description = "When the registry was last compared with a peer's; null for never.") @Nullable
            Instant comparedAt) {

        static View of(RegistryDigest.Result result, RegistryState.Snapshot state) {
            return new View(
                    result.digest().hex(),
                    result.frontier().hex(),
                    result.profiles().hex(),
                    result.issuerCount(),
                    result.events(),
                    result.profileCount(),
                    result.bodies(),
                    state.completeness().text(),
                    state.comparedAt().orElse(null));
        }
    }

    @GetMapping(path = "/api/v1/registry/digest", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "digestRegistry", summary = "Digest the registry", description = """
                    One hash of everything that the logs amount to and of the bodies held: equal on any two nodes that hold \
                    the same, whatever came first and from whom. The parts and the counts tell where two nodes differ. \
                    What is hashed stands in docs/wire.md. Every row is read, so one is made at a time; requests that come \
                    meanwhile share the next one. It counts as 100 in rate limits.""")
    @ApiResponse(responseCode = "200", description = "The registry as it was at one moment.")
    Mono<View> digest() {
        return digest.compute().map(result -> View.of(result, registry.state()));
    }
}
