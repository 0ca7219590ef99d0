package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Attestation;
import dev.grapevine.node.registry.ProfileBrowser;
import dev.grapevine.node.registry.ProfileBrowser.Position;
import dev.grapevine.node.registry.ProfileBrowser.Query;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/** Profiles listed, for whoever may read more than the names that he knows. */
@RestController
@Tag(name = "Profiles")
class BrowseController {

    private static final String PATH = "/api/v1/profiles";
    private static final String DEFAULT_LIMIT = "50";
    private static final Pattern PREFIX = Pattern.compile("([a-z0-9][a-z0-9._-]{0,63})?");

    private final ProfileBrowser browser;
    private final Registry registry;
    private final Clock clock;

    BrowseController(ProfileBrowser browser, Registry registry, Clock clock) {
        this.browser = browser;
        this.registry = registry;
        this.clock = clock;
    }

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "browseProfiles", summary = "Browse the profiles", description = """
                    What lookups show, one entry for each username and issuer: by username, then by issuer id. Erased \
                    profiles, and those whose body has never been here, have no username and are not listed. Profiles \
                    that come or go between two pages are listed or not; none is listed twice, and none that stays is \
                    left out.""")
    @ApiResponse(
            responseCode = "200",
            description = "A page, which is empty where nothing fits.",
            headers =
                    @Header(
                            name = HttpHeaders.LINK,
                            description = "The next page, with rel=\"next\" (RFC 8288); absent on the last one.",
                            schema = @Schema(type = "string")))
    Mono<ResponseEntity<Views.ProfilePage>> browse(
            @RequestParam(defaultValue = "")
                    @Parameter(
                            description = "What the usernames begin with.",
                            example = "ad",
                            schema = @Schema(type = "string", pattern = "^([a-z0-9][a-z0-9._-]{0,63})?$"))
                    String prefix,
            @RequestParam(required = false) @Parameter(description = "Only those of this issuer, a did:key.") @Nullable
                    String issuer,
            @RequestParam(required = false)
                    @Parameter(
                            description = "Only those that stand so.",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"active", "revoked", "expired", "forked"}))
                    @Nullable
                    String status,
            @RequestParam(required = false)
                    @Parameter(description = "next of the page before; the other parameters stay as they were.")
                    @Nullable
                    String cursor,
            @RequestParam(defaultValue = DEFAULT_LIMIT)
                    @Parameter(
                            description = "The most profiles of the page.",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            minimum = "1",
                                            maximum = "100",
                                            defaultValue = DEFAULT_LIMIT))
                    int limit) {
        return Mono.defer(() -> {
                    Query query = new Query(prefix(prefix), issuer(issuer), status(status));
                    Optional<Position> after = Optional.ofNullable(cursor).map(text -> BrowseCursor.read(query, text));
                    Instant now = clock.instant();
                    return browser.page(query, after, limit(limit), now).map(page -> answer(query, page, limit, now));
                })
                .onErrorMap(RegistryProblems::of);
    }

    private ResponseEntity<Views.ProfilePage> answer(Query query, ProfileBrowser.Page page, int limit, Instant now) {
        Optional<String> next = page.next().map(position -> BrowseCursor.of(query, position));
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        next.ifPresent(cursor -> answer.header(HttpHeaders.LINK, link(query, limit, cursor)));
        return answer.body(Views.ProfilePage.of(registry.state(), page.items(), next.orElse(null), now));
    }

    private static String link(Query query, int limit, String cursor) {
        String uri = UriComponentsBuilder.fromPath(PATH)
                .queryParam("prefix", query.prefix())
                .queryParamIfPresent("issuer", query.issuer().map(IssuerId::did))
                .queryParamIfPresent("status", query.status().map(Attestation.Status::text))
                .queryParam("limit", limit)
                .queryParam("cursor", cursor)
                .encode()
                .toUriString();
        return "<" + uri + ">; rel=\"next\"";
    }

    private static String prefix(String text) {
        if (!PREFIX.matcher(text).matches()) {
            throw new InvalidFieldsException("prefix", "is not what a username begins with");
        }
        return text;
    }

    /** An issuer's id among the parameters; empty if none was given. */
    static Optional<IssuerId> issuer(@Nullable String did) {
        try {
            return Optional.ofNullable(did).map(IssuerId::parse);
        } catch (MalformedException e) {
            throw new InvalidFieldsException("issuer", "is not the did:key of an issuer");
        }
    }

    private static Optional<Attestation.Status> status(@Nullable String text) {
        Optional<Attestation.Status> found = Arrays.stream(Attestation.Status.values())
                .filter(status -> status.text().equals(text))
                .findFirst();
        if (text != null && found.isEmpty()) {
            throw new InvalidFieldsException("status", "must be active, revoked, expired or forked");
        }
        return found;
    }

    private static int limit(int limit) {
        if (limit < 1 || limit > ProfileBrowser.MAX_PAGE) {
            throw new InvalidFieldsException("limit", "must be from 1 to " + ProfileBrowser.MAX_PAGE);
        }
        return limit;
    }
}
