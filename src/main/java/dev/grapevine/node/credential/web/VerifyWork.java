package dev.grapevine.node.credential.web;

import dev.grapevine.node.problem.ProblemType;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Where credentials are verified and signed: on the caller's thread, unless it takes longer than an event loop should. */
final class VerifyWork {

    private static final int RETRY_AFTER_SECONDS = 1;

    private final Scheduler scheduler;

    /** @param scheduler its queue is bounded; what it rejects is answered by 503 */
    VerifyWork(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    <T> Mono<T> run(boolean takesLong, Supplier<Mono<T>> verification) {
        Mono<T> answer = Mono.defer(verification);
        return (takesLong ? answer.subscribeOn(scheduler) : answer)
                .onErrorMap(RejectedExecutionException.class, e -> overloaded());
    }

    private static ErrorResponseException overloaded() {
        return ProblemType.OVERLOADED.exception(
                "More credentials wait to be verified than the node takes; try again soon.", RETRY_AFTER_SECONDS);
    }
}
