package dev.grapevine.node.registry.web;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Credentials;
import dev.grapevine.node.registry.Credentials.Found;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The credential of a profile, on whichever node. */
@RestController
@Tag(name = "Profiles")
class CredentialOfProfileController {

    /** May be kept if the node is asked each time; a private one by nobody between (RFC 9111 §5.2.2). */
    private static final String PRIVATE_CACHE_CONTROL = "private, no-cache";

    private final Credentials credentials;
    private final Registry registry;
    private final Predicate<Principal> readers;

    /** @param readers tells who has the role reader */
    CredentialOfProfileController(Credentials credentials, Registry registry, Predicate<Principal> readers) {
        this.credentials = credentials;
        this.registry = registry;
        this.readers = readers;
    }

    @GetMapping(path = "/api/v1/profiles/{username}/credential", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "readCredential", summary = "Read the credential of a profile", description = """
                    The W3C verifiable credential in canonical form (RFC 8785), as its issuer published it. A profile with the visibility `public` \
                    hands it to everybody on every node: where this node does not have it, peers are asked, and what they send is \
                    checked against the digest in the profile. A `private` one is to be had on its issuer's node alone, with a key of the role \
                    `reader`. Revoked and expired ones are handed out too: whether a credential holds, POST /credentials/verify tells.""")
    @Parameter(
            name = HttpHeaders.IF_NONE_MATCH,
            in = ParameterIn.HEADER,
            description = "ETags of credentials that the client has.",
            schema = @Schema(type = "string"))
    @ApiResponse(
            responseCode = "200",
            description = "The credential of the profile's current version.",
            headers =
                    @Header(
                            name = HttpHeaders.ETAG,
                            description = "Its digest, as in credentialDigest of lookups.",
                            schema = @Schema(type = "string")),
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            type = "object",
                                            additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
                                            description = "A W3C verifiable credential (VCDM 2.0).")))
    @ApiResponse(
            responseCode = "304",
            description = "It is the one whose ETag the request has in If-None-Match.",
            content = @Content)
    @ApiResponse(
            responseCode = "403",
            description = "It is private; issuer and issuerName say whom to ask.",
            content = @Content)
    @ApiResponse(
            responseCode = "404",
            description = "No profile of that username, or none with a credential.",
            content = @Content)
    @ApiResponse(
            responseCode = "409",
            description = "Several issuers know the username; issuers lists them, and the parameter issuer chooses.",
            content = @Content)
    Mono<ResponseEntity<byte[]>> credential(
            @PathVariable @Parameter(example = "ada") String username,
            @RequestParam(required = false)
                    @Parameter(description = "Whose, a did:key; needed where several issuers know the username.")
                    @Nullable
                    String issuer,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        List<String> had = exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH);
        Predicate<Hash> known = digest -> EntityTags.matches(had, tag(digest));
        return exchange.getPrincipal()
                .map(readers::test)
                .defaultIfEmpty(false)
                .flatMap(reader -> find(username, BrowseController.issuer(issuer), reader, known))
                .map(found -> answer(username, found, known))
                .onErrorMap(RegistryProblems::of);
    }

    private Mono<Found> find(String username, Optional<IssuerId> issuer, boolean reader, Predicate<Hash> known) {
        return Usernames.isValid(username)
                ? credentials.find(username, issuer, reader, known)
                : Mono.just(new Found.Unknown());
    }

    private ResponseEntity<byte[]> answer(String username, Found found, Predicate<Hash> known) {
        return switch (found) {
            case Found.Held held -> {
                boolean unchanged = known.test(held.named().digest());
                boolean open = held.named().visibility() == Visibility.PUBLIC;
                yield ResponseEntity.status(unchanged ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                        .eTag(tag(held.named().digest()))
                        .header(
                                HttpHeaders.CACHE_CONTROL,
                                open ? LookupController.CACHE_CONTROL : PRIVATE_CACHE_CONTROL)
                        .body(unchanged ? null : held.json());
            }
            case Found.Unknown unknown -> throw RegistryProblems.notFound(username, registry.state());
            case Found.Several several -> throw CredentialProblems.several(username, several.attestations());
            case Found.Private closed -> throw CredentialProblems.closed(closed.attestation());
            case Found.None none -> throw CredentialProblems.none(none.attestation());
            case Found.Unavailable unavailable -> throw CredentialProblems.unavailable(unavailable.attestation());
        };
    }

    private static String tag(Hash digest) {
        return '"' + digest.hex() + '"';
    }
}
