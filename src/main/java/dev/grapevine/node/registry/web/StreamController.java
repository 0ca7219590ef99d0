package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.ChangeFeed;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Changes as they are applied, as a stream of events. */
@RestController
@Tag(name = "Profiles")
class StreamController {

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private static final String EXAMPLE = """
            retry: 2000
            id: 41

            event: published
            data: {"change":"published","issuer":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",\
            "profileId":"5f0c6cf5-2b4c-4a3a-8d5e-0c1f6c0d2f11","username":"ada","sequence":17,\
            "at":"2026-11-20T12:00:00Z"}
            id: 42

            : quiet
            id: 42

            """;

    private final ChangeFeed feed;
    private final OpenStreams streams;
    private final JsonMapper json;

    StreamController(ChangeFeed feed, OpenStreams streams, JsonMapper json) {
        this.feed = feed;
        this.streams = streams;
        this.json = json;
    }

    @GetMapping("/api/v1/profiles/stream")
    @Operation(operationId = "streamChanges", summary = "Follow what changes", description = """
                    Server-sent events, one for each change that is applied to the registry, whoever published it: \
                    published, updated, revoked, erased, body-arrived (of a version that came before without it), \
                    issuer-described, issuer-forked, issuer-recovered and trust-changed (of an issuer whose profiles are to be looked up anew). Ids are the same on all instances that share a database: a reader that comes back, \
                    to any of them, with the last id that it saw gets everything after it, once and in order; without \
                    one it gets what comes from now on. If changes after that id are no longer kept (a million are), or \
                    the id is none of this database, the event reset comes first: the reader has missed something and \
                    should look up or browse anew; its stream goes on from the newest change. A comment comes when \
                    nothing else has for 15 seconds. A stream ends after an hour, or when the node stops; readers come \
                    back by themselves. One caller may have 8 streams open.""")
    @ApiResponse(
            responseCode = "200",
            description = "The stream; the data of each event is a Change, that of reset the position.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema =
                                    @Schema(
                                            type = "string",
                                            format = "binary",
                                            contentMediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                                            contentSchema = EventText.View.class),
                            examples = @ExampleObject(EXAMPLE)))
    Mono<Void> stream(
            @RequestHeader(name = LAST_EVENT_ID, required = false)
                    @Parameter(
                            description = "The id of the last event that the reader has seen.",
                            schema = @Schema(type = "string", pattern = "^[0-9]{1,18}$"))
                    @Nullable
                    String header,
            @RequestParam(required = false)
                    @Parameter(
                            description =
                                    "The same, for readers that cannot set headers at first; the header counts before it.",
                            schema = @Schema(type = "string", pattern = "^[0-9]{1,18}$"))
                    @Nullable
                    String lastEventId,
            @RequestParam(required = false)
                    @Parameter(description = "Only the changes of this issuer, a did:key.")
                    @Nullable
                    String issuer,
            @Nullable Principal caller,
            ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        return Mono.defer(() -> {
                    checkAccept(exchange.getRequest().getHeaders().getAccept());
                    Optional<Long> after = header != null ? id(LAST_EVENT_ID, header) : id("lastEventId", lastEventId);
                    EventText text = new EventText(json, BrowseController.issuer(issuer));
                    response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
                    response.getHeaders().setCacheControl(CacheControl.noStore());
                    response.getHeaders().set("X-Accel-Buffering", "no"); // nginx would keep events back
                    String name = caller == null ? "" : caller.getName();
                    return response.writeAndFlushWith(streams.count(name, events(after, text))
                            .map(piece ->
                                    Mono.just(response.bufferFactory().wrap(piece.getBytes(StandardCharsets.UTF_8)))));
                })
                .onErrorMap(RegistryProblems::of);
    }

    /** The newest change is asked for in any case: a database that is down is an answer of its own before the stream begins. */
    private Flux<String> events(Optional<Long> after, EventText text) {
        return feed.last().flatMapMany(last -> {
            long from = after.orElse(last);
            return Flux.concat(
                    Mono.just(EventText.opening(from)), feed.follow(from).map(text::of));
        });
    }

    /** Not left to the mapping: the path would then fit a lookup of the name "stream". */
    private static void checkAccept(List<MediaType> accepted) {
        if (!accepted.isEmpty() && accepted.stream().noneMatch(MediaType.TEXT_EVENT_STREAM::isCompatibleWith)) {
            throw new NotAcceptableStatusException(List.of(MediaType.TEXT_EVENT_STREAM));
        }
    }

    private static Optional<Long> id(String name, @Nullable String text) {
        if (text != null && !text.matches("[0-9]{1,18}")) {
            throw new InvalidFieldsException(name, "is not the id of an event");
        }
        return Optional.ofNullable(text).map(Long::parseLong);
    }
}
