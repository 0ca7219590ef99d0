package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Actor;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A command in the queue, and who waits for what becomes of it. */
final class PublishRequest {

    private final PublishCommand command;
    private final Actor actor;
    private final Optional<Once> once;
    private final Sinks.One<PublishOutcome> answer = Sinks.one();
    private Optional<SpanContext> trace = Optional.empty();

    PublishRequest(PublishCommand command, Actor actor, Optional<Once> once) {
        this.command = command;
        this.actor = actor;
        this.once = once;
    }

    PublishCommand command() {
        return command;
    }

    /** Who asks for it. */
    Actor actor() {
        return actor;
    }

    /** The trace that it is part of. */
    Optional<SpanContext> trace() {
        return trace;
    }

    PublishRequest in(Optional<SpanContext> of) {
        trace = of;
        return this;
    }

    /** Present if it is not to be done twice. */
    Optional<Once> once() {
        return once;
    }

    Mono<PublishOutcome> answer() {
        return answer.asMono();
    }

    void succeed(PublishOutcome outcome) {
        answer.tryEmitValue(outcome);
    }

    void fail(Throwable error) {
        answer.tryEmitError(error);
    }
}
