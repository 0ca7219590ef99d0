package dev.grapevine.node.registry;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A command in the queue, and who waits for what becomes of it. */
final class PublishRequest {

    private final PublishCommand command;
    private final Sinks.One<PublishOutcome> answer = Sinks.one();

    PublishRequest(PublishCommand command) {
        this.command = command;
    }

    PublishCommand command() {
        return command;
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
