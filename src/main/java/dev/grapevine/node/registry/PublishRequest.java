package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Actor;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.dao.QueryTimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A command in the queue, and who waits for what becomes of it. */
final class PublishRequest {

    /**
     * How long an answer is waited for: until the end of the own log is known ({@link OwnLog#PATIENCE}), and then for a commit. Then a
     * request that was not begun is withdrawn; what became of one that was is not known.
     */
    static final Duration ANSWER_WITHIN = OwnLog.PATIENCE.plusSeconds(15);

    private final PublishCommand command;
    private final Actor actor;
    private final Optional<Once> once;
    private final Sinks.One<PublishOutcome> answer = Sinks.one();
    private final AtomicBoolean taken = new AtomicBoolean();
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

    /** Fails with {@link QueryTimeoutException} if there is none within {@link #ANSWER_WITHIN}. */
    Mono<PublishOutcome> answer() {
        return answer.asMono().timeout(ANSWER_WITHIN, Mono.defer(() -> {
            String known = begin() ? "nothing was done" : "what was done is not known";
            return Mono.error(new QueryTimeoutException("the database does not answer in time; " + known));
        }));
    }

    /** To be asked once, before it is worked on. @return false if it was withdrawn */
    boolean begin() {
        return taken.compareAndSet(false, true);
    }

    void succeed(PublishOutcome outcome) {
        answer.tryEmitValue(outcome);
    }

    void fail(Throwable error) {
        answer.tryEmitError(error);
    }
}
