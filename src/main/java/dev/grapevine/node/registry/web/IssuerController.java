package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The issuers whose logs are held. */
@RestController
@Tag(name = "Issuers", description = "Who publishes in this network.")
class IssuerController {

    private final Registry registry;
    private final Clock clock;

    IssuerController(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    @GetMapping(path = "/api/v1/issuers/{did}/profiles/{profileId}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "readProfile",
            summary = "Read a profile by its id",
            description =
                    "What the issuer says of the profile now, whatever its username. Expired and revoked ones are shown"
                            + " too; of an erased one only that it was there.")
    @ApiResponse(responseCode = "200", description = "The profile.")
    @ApiResponse(responseCode = "404", description = "This node knows no such profile.", content = @Content)
    @ApiResponse(responseCode = "410", description = "The issuer has erased it.", content = @Content)
    Mono<Views.AttestationView> profile(
            @PathVariable @Parameter(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK") String did,
            @PathVariable @Parameter(schema = @Schema(types = "string", format = "uuid")) String profileId) {
        return Mono.defer(() -> {
                    try {
                        return registry.profile(IssuerId.parse(did), UUID.fromString(profileId));
                    } catch (MalformedException | IllegalArgumentException e) {
                        return Mono.error(RegistryProblems.unknownId());
                    }
                })
                .switchIfEmpty(Mono.error(RegistryProblems::unknownId))
                .map(held -> switch (held) {
                    case Registry.Held.Present present ->
                        Views.AttestationView.of(present.attestation(), clock.instant());
                    case Registry.Held.Erased erased -> throw RegistryProblems.erased();
                });
    }

    @GetMapping(path = "/api/v1/issuers/{did}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "readIssuer",
            summary = "Read an issuer",
            description =
                    "Where its log ends here, and each fork of the log with both events, which anybody can check.")
    @ApiResponse(responseCode = "200", description = "The issuer.")
    @ApiResponse(responseCode = "404", description = "This node holds no log of such an issuer.", content = @Content)
    Mono<IssuerViews.Details> issuer(
            @PathVariable @Parameter(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK") String did) {
        return Mono.fromSupplier(() -> IssuerId.parse(did))
                .flatMap(id -> registry.issuer(id).zipWith(registry.forks(id), IssuerViews.Details::of))
                .onErrorMap(MalformedException.class, e -> RegistryProblems.unknownIssuer())
                .switchIfEmpty(Mono.error(RegistryProblems::unknownIssuer));
    }

    @GetMapping(path = "/api/v1/issuers", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "listIssuers",
            summary = "List the issuers",
            description =
                    "Every issuer of whose log this node holds a part and whose profiles it shows: by issuer id, 100 a page.")
    Mono<Views.Issuers> list(
            @RequestParam(required = false) @Parameter(description = "next of the page before.") @Nullable
                    String cursor) {
        return registry.issuers(after(cursor))
                .map(page -> new Views.Issuers(
                        page.items().stream().map(Views.IssuerView::of).toList(),
                        page.next().map(IssuerId::did).orElse(null)));
    }

    /** A cursor is the issuer's id that the page before ended with. */
    private static Optional<IssuerId> after(@Nullable String cursor) {
        try {
            return Optional.ofNullable(cursor).map(IssuerId::parse);
        } catch (MalformedException e) {
            throw (RuntimeException) RegistryProblems.of(new InvalidFieldsException("cursor", "is no cursor"));
        }
    }
}
