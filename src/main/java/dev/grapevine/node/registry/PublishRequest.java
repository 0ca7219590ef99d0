package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Actor;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A command in the queue, and who waits for what becomes of it. */
final class PublishRequest {

    private final PublishCommand command;
    private final Actor actor;
    private final Sinks.One<PublishOutcome> answer = Sinks.one();

    PublishRequest(PublishCommand command, Actor actor) {
        this.command = command;
        this.actor = actor;
    }

    PublishCommand command() {
        return command;
    }

    /** Who asks for it. */
    Actor actor() {
        return actor;
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
