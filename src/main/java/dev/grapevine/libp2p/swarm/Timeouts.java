package dev.grapevine.libp2p.swarm;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Stages that end in time, on the event loop. */
public final class Timeouts {

    private Timeouts() {}

    /**
     * The same result, or an {@link IOException} when the time is up first.
     *
     * @param whenLate takes a result that comes too late, to let go of it
     */
    static <T> CompletionStage<T> within(
            CompletionStage<T> stage, long millis, String what, ScheduledExecutorService loop, Consumer<T> whenLate) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ScheduledFuture<?> timer = loop.schedule(
                () -> result.completeExceptionally(new IOException(what + " took more than " + millis + " ms")),
                millis,
                TimeUnit.MILLISECONDS);
        stage.whenComplete((value, failure) -> {
            timer.cancel(false);
            if (failure != null) {
                result.completeExceptionally(cause(failure));
            } else if (!result.complete(value)) {
                whenLate.accept(value);
            }
        });
        return result;
    }

    /** The failure that a stage reports, without the wrapping of dependent stages. */
    public static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
