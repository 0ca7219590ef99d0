package dev.grapevine.node.registry.web;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The issuers whose logs are held. */
@RestController
@Tag(name = "Issuers", description = "Who publishes in this network.")
class IssuerController {

    private final Registry registry;

    IssuerController(Registry registry) {
        this.registry = registry;
    }

    @GetMapping(path = "/api/v1/issuers", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "listIssuers",
            summary = "List the issuers",
            description = "Every issuer of whose log this node holds a part: by issuer id, 100 a page.")
    Mono<Views.Issuers> list(
            @RequestParam(required = false) @Parameter(description = "next of the page before.") @Nullable
                    String cursor) {
        return registry.issuers(LookupController.after(cursor))
                .map(page -> new Views.Issuers(
                        page.items().stream().map(Views.IssuerView::of).toList(),
                        page.next().map(IssuerId::did).orElse(null)));
    }
}
