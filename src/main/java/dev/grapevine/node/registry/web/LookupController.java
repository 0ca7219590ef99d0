package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Profiles looked up by their exact usernames. */
@RestController
@RequestMapping(path = "/api/v1/profiles", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Profiles", description = "Publish profiles of this node's issuer, and look up those of all issuers.")
class LookupController {

    private final Registry registry;
    private final Clock clock;

    LookupController(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    @GetMapping("/{username}")
    @Operation(
            operationId = "lookupProfile",
            summary = "Look a profile up",
            description = "What every issuer says under the username: by issuer id, 100 a page.")
    @ApiResponse(responseCode = "200", description = "At least one issuer knows the username.")
    @ApiResponse(
            responseCode = "404",
            description = "No issuer knows it; final only if registryState is current.",
            content = @Content)
    Mono<Views.Lookup> lookup(
            @PathVariable @Parameter(example = "ada") String username,
            @RequestParam(required = false) @Parameter(description = "next of the page before.") @Nullable
                    String cursor) {
        return registry.lookup(username, after(cursor)).map(page -> {
            if (page.items().isEmpty() && cursor == null) {
                throw RegistryProblems.notFound(username, registry.state());
            }
            String next = page.next().map(IssuerId::did).orElse(null);
            return Views.Lookup.of(username, registry.state(), page.items(), next, clock.instant());
        });
    }

    /** A cursor is the issuer's id that the page before ended with. */
    static Optional<IssuerId> after(@Nullable String cursor) {
        try {
            return Optional.ofNullable(cursor).map(IssuerId::parse);
        } catch (MalformedException e) {
            throw (RuntimeException) RegistryProblems.of(new InvalidFieldsException("cursor", "is no cursor"));
        }
    }
}
