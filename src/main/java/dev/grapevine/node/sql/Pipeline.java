package dev.grapevine.node.sql;

import java.util.Arrays;
import java.util.List;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Statements that do not need each other's results: sent one behind the other, so that all wait for one round trip. */
public final class Pipeline {

    private Pipeline() {}

    /** Runs statements of one connection in their order. Fails as the first that fails, when all have ended. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array goes no further
    public static Mono<Void> of(Mono<Void>... statements) {
        return of(Arrays.asList(statements));
    }

    /** Runs statements of one connection in their order. Fails as the first that fails, when all have ended. */
    public static Mono<Void> of(List<Mono<Void>> statements) {
        return Mono.whenDelayError(statements)
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).getFirst());
    }
}
