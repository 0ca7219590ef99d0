package dev.grapevine.node.registry.web;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.registry.Draft;
import dev.grapevine.node.registry.OverloadedException;
import dev.grapevine.node.registry.ProfileRequest;
import dev.grapevine.node.registry.Publisher;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.node.ObjectNode;

/**
 * Publishes a roster of any size in bounded memory: lines are read only as fast as results are taken. Results stand in the
 * roster's order, each after its commit; a username that stands in the roster twice is taken in that order too.
 */
final class RosterImport {

    /** Lines whose credentials are made at the same time. */
    private static final int PREPARED_AT_ONCE = 256;

    /** Lines that wait for their commits: two batches, so that one gathers while the other is written. */
    private static final int COMMITTED_AT_ONCE = 1024;

    /** When other requests have filled the publisher's queue, an import waits. */
    private static final Retry WHILE_OVERLOADED =
            Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(50)).filter(OverloadedException.class::isInstance);

    private final Publisher publisher;
    private final ProfileReader reader;

    RosterImport(Publisher publisher, ProfileReader reader) {
        this.publisher = publisher;
        this.reader = reader;
    }

    /** A line on its way: a draft to commit, or its result already. */
    private sealed interface Step {
        record Ready(long line, Draft draft) implements Step {}

        record Settled(ImportResult result) implements Step {}
    }

    /** @param actor who has sent the roster */
    Flux<ImportResult> run(Flux<RosterLine> lines, Actor actor) {
        return lines.flatMapSequential(this::prepare, PREPARED_AT_ONCE, 1)
                .flatMapSequential(step -> commit(step, actor), COMMITTED_AT_ONCE, 1);
    }

    private Mono<Step> prepare(RosterLine line) {
        String username = null;
        try {
            ObjectNode json = line.json().get();
            username = json.path("username").asString(null);
            ProfileRequest request = reader.read(json, Optional.empty());
            return publisher
                    .prepare(request)
                    .<Step>map(draft -> new Step.Ready(line.number(), draft))
                    .onErrorResume(error -> settled(line.number(), request.username(), error));
        } catch (InvalidFieldsException e) {
            return settled(line.number(), username, e);
        }
    }

    private static Mono<Step> settled(long line, @Nullable String username, Throwable error) {
        return Mono.just(new Step.Settled(ImportResult.failed(line, username, error)));
    }

    private Mono<ImportResult> commit(Step step, Actor actor) {
        return switch (step) {
            case Step.Settled settled -> Mono.just(settled.result());
            case Step.Ready ready -> {
                String username = ready.draft().request().username();
                yield publisher
                        .bring(ready.draft(), actor)
                        .retryWhen(WHILE_OVERLOADED)
                        .map(outcome -> ImportResult.of(ready.line(), username, outcome))
                        .onErrorResume(error -> Mono.just(ImportResult.failed(ready.line(), username, error)));
            }
        };
    }
}
