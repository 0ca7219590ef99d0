package dev.grapevine.node.registry.web;

import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Answer;
import dev.grapevine.node.registry.Lookups;
import dev.grapevine.node.registry.Registry;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * The short way for what is asked most: GET of a username that is known, with nothing unusual about it, is answered in front
 * of the framework, whose way costs twenty times what the answer does. Whatever is unusual, and whatever
 * goes wrong, takes the ordinary way to {@link LookupController}, which would have answered the same.
 */
@Component
final class PlainLookups implements WebHttpHandlerBuilderCustomizer {

    private static final String PATH = "/api/v1/profiles/";

    /** What these ask for is done by the framework. */
    private static final List<String> UNUSUAL = List.of(
            HttpHeaders.AUTHORIZATION, HttpHeaders.EXPECT, HttpHeaders.CONTENT_LENGTH, HttpHeaders.TRANSFER_ENCODING);

    private final Lookups lookups;
    private final Registry registry;
    private final LookupJson json;
    private final BiPredicate<ServerHttpRequest, ServerHttpResponse> edge;
    private final MeterRegistry meters;
    private final Timer answered;
    private final Timer notModified;

    /** @param edge lets a public request pass, and writes the headers that every answer has */
    PlainLookups(
            Lookups lookups,
            Registry registry,
            LookupJson json,
            BiPredicate<ServerHttpRequest, ServerHttpResponse> edge,
            MeterRegistry meters) {
        this.lookups = lookups;
        this.registry = registry;
        this.json = json;
        this.edge = edge;
        this.meters = meters;
        this.answered = timer(HttpStatus.OK, "SUCCESS");
        this.notModified = timer(HttpStatus.NOT_MODIFIED, "REDIRECTION");
    }

    /** The framework's own meter, so that requests count together whichever way they took. */
    private Timer timer(HttpStatus status, String outcome) {
        return meters.timer(
                "http.server.requests",
                Tags.of(
                        "error",
                        "none",
                        "exception",
                        "none",
                        "method",
                        "GET",
                        "outcome",
                        outcome,
                        "status",
                        String.valueOf(status.value()),
                        "uri",
                        PATH + "{username}"));
    }

    @Override
    public void customize(WebHttpHandlerBuilder builder) {
        builder.httpHandlerDecorator(ordinary -> (request, response) -> handle(ordinary, request, response));
    }

    private Mono<Void> handle(HttpHandler ordinary, ServerHttpRequest request, ServerHttpResponse response) {
        String username = username(request);
        if (username == null) {
            return ordinary.handle(request, response);
        }
        Timer.Sample sample = Timer.start(meters);
        return lookups.find(username, thread(request))
                .map(Optional::of)
                .onErrorReturn(Optional.empty())
                .flatMap(found -> {
                    Answer answer = found.orElse(null);
                    return answer == null || !answer.isKnown() || !edge.test(request, response)
                            ? ordinary.handle(request, response)
                            : answer(request, response, username, answer, sample);
                });
    }

    /** The username that is asked for, if it is plainly that; null for every other request. */
    private static @Nullable String username(ServerHttpRequest request) {
        String path = request.getURI().getRawPath();
        if (!HttpMethod.GET.equals(request.getMethod())
                || !path.startsWith(PATH)
                || request.getURI().getRawQuery() != null) {
            return null;
        }
        String username = path.substring(PATH.length());
        if (!Usernames.isValid(username)) {
            return null;
        }
        HttpHeaders headers = request.getHeaders();
        for (String name : UNUSUAL) {
            if (headers.containsHeader(name)) {
                return null;
            }
        }
        String accept = headers.getFirst(HttpHeaders.ACCEPT);
        return accept == null || accept.equals(MediaType.ALL_VALUE) || accept.equals(MediaType.APPLICATION_JSON_VALUE)
                ? username
                : null;
    }

    /** The event loop of the connection. */
    private static Executor thread(ServerHttpRequest request) {
        Object server = ServerHttpRequestDecorator.getNativeRequest(request);
        return server instanceof Connection connection ? connection.channel().eventLoop() : Runnable::run;
    }

    private Mono<Void> answer(
            ServerHttpRequest request,
            ServerHttpResponse response,
            String username,
            Answer answer,
            Timer.Sample sample) {
        Snapshot state = registry.state();
        String tag = LookupController.tag(answer, state);
        HttpHeaders headers = response.getHeaders();
        headers.set(HttpHeaders.ETAG, tag);
        headers.set(HttpHeaders.CACHE_CONTROL, LookupController.CACHE_CONTROL);
        if (EntityTags.matches(request.getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            return response.setComplete().doFinally(end -> sample.stop(notModified));
        }
        byte[] body = json.write(username, state, answer);
        headers.set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        headers.setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)))
                .doFinally(end -> sample.stop(answered));
    }
}
